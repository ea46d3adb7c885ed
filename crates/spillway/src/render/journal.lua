-- One event a line, in one write each: workers append to the same file.
local path, most_bytes = JOURNAL, JOURNAL_BYTES
local file = nil

local function open()
  local opened, problem = io.open(path, "a")
  if opened then opened:setvbuf("no") end
  return opened, problem
end

-- A file that is full gets another name, unless another worker has done so already.
local function turned(full)
  full:close()
  local named = open()
  if named and named:seek("end") < most_bytes then return named end
  if named then named:close() end
  os.rename(path, path .. ".1")
  return open()
end

function envoy_on_response(handle)
  for _ in handle:bodyChunks() do end
  local event = handle:streamInfo():filterState():get(EVENT)
  if event == nil then return end
  local problem
  if file == nil then file, problem = open() end
  if file and file:seek("end") >= most_bytes then file, problem = turned(file) end
  local written = file
  if file then written, problem = file:write(event .. "\n") end
  if not written then handle:logErr("spillway: no event is written to the journal: " .. tostring(problem)) end
end
