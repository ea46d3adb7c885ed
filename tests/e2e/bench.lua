-- The load of `make bench`: one request, over and over, and the figures as one line of JSON.
local function need(name)
  return os.getenv(name) or error(name .. " is not set; `make bench` sets it")
end

local file = assert(io.open(need("BENCH_BODY"), "rb"))
wrk.method = "POST"
wrk.path = need("BENCH_PATH")
wrk.body = file:read("*a")
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer " .. need("BENCH_KEY")
for name, value in need("BENCH_HEADERS"):gmatch("([^:\n]+): ([^\n]*)") do
  wrk.headers[name] = value
end
file:close()

-- `summary.duration` and latencies are in microseconds.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"duration_us":%d,"p50_us":%d,"p99_us":%d,' ..
    '"not_2xx":%d,"broken":%d,"timed_out":%d}\n',
    summary.requests, summary.duration, latency:percentile(50.0), latency:percentile(99.0),
    errors.status, errors.connect + errors.read + errors.write, errors.timeout))
end
