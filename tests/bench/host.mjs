// Envoy as a module of the filter sees it, as far as one request needs it: an implementation of the host's side of
// proxy-wasm 0.2.1 that counts what is asked of it. Memory, headers and bodies are real; there is no network.
import { readFileSync } from 'node:fs';

// https://github.com/proxy-wasm/spec/tree/main/abi-versions/v0.2.1
const OK = 0;
const NOT_FOUND = 1;
const CAS_MISMATCH = 8;
const MAPS = { 0: 'request', 1: 'requestTrailers', 2: 'response', 3: 'responseTrailers', 6: 'called' };
const BUFFERS = { 0: 'requestBody', 1: 'responseBody', 4: 'calledBody', 7: 'configuration' };

const text = new TextDecoder();
const utf8 = new TextEncoder();
const bytes = (value) => (typeof value === 'string' ? utf8.encode(value) : value);

/** One Envoy with one worker, and the module in it. */
export class Host {
  /** Calls by name since {@link Host.forget}. */
  calls = new Map();
  /** The request at hand: header maps, bodies, properties. */
  exchange = {};
  /** Nanoseconds since the epoch: they pass only where a test lets them, so that counts are the same each time. */
  now = 1_767_225_600_000_000_000n;
  /** Bodies that were posted, each of a call with its place as number, counted from 1. */
  posted = [];
  /** What the module said. */
  log = [];
  #shared = new Map();
  #queues = [];
  #names = [];
  #version = 0;

  constructor(module) {
    const imports = { env: {}, wasi_snapshot_preview1: this.#wasi() };
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      if (from !== 'env') {
        imports[from][name] ??= () => { throw new Error(`the host has no ${name}`); };
        continue;
      }
      const call = this[name];
      imports.env[name] = (...args) => {
        this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
        if (!call) throw new Error(`the host has no ${name}`);
        return call.apply(this, args);
      };
    }
    this.module = new WebAssembly.Instance(module, imports).exports;
    this.module._initialize();
  }

  static async of(path) {
    return new Host(await WebAssembly.compile(readFileSync(path)));
  }

  forget() {
    this.calls.clear();
  }

  /** A root context with a plugin configuration. */
  configure(root, configuration) {
    this.exchange = { configuration: bytes(configuration) };
    this.module.proxy_on_context_create(root, 0);
    this.module.proxy_on_vm_start(root, 0);
    if (!this.module.proxy_on_configure(root, this.exchange.configuration.length)) {
      throw new Error(`the module refuses its configuration:\n${this.log.join('\n')}`);
    }
  }

  #wasi() {
    return {
      random_get: (at, size) => (this.#view(at, size).fill(7), 0),
      environ_get: () => 0,
      environ_sizes_get: (count, size) => (this.#put32(count, 0), this.#put32(size, 0), 0),
      fd_write: () => 0,
      proc_exit: (code) => { throw new Error(`the module ends with ${code}`); },
    };
  }

  #view(at, size) {
    return new Uint8Array(this.module.memory.buffer, at >>> 0, size >>> 0);
  }

  #read(at, size) {
    return this.#view(at, size).slice();
  }

  #string(at, size) {
    return text.decode(this.#view(at, size));
  }

  #put32(at, value) {
    new DataView(this.module.memory.buffer).setUint32(at >>> 0, value, true);
  }

  /** Hands bytes over: in memory of the module's, which then owns it. */
  #give(value, atAt, sizeAt) {
    const at = value.length ? this.module.proxy_on_memory_allocate(value.length) : 0;
    if (value.length) this.#view(at, value.length).set(value);
    this.#put32(atAt, at);
    this.#put32(sizeAt, value.length);
    return OK;
  }

  #map(type) {
    return (this.exchange[MAPS[type]] ??= []);
  }

  proxy_log(level, at, size) {
    this.log.push(this.#string(at, size));
    return OK;
  }

  proxy_get_current_time_nanoseconds(at) {
    new DataView(this.module.memory.buffer).setBigUint64(at >>> 0, this.now, true);
    return OK;
  }

  proxy_get_shared_data(at, size, valueAt, valueSize, casAt) {
    const found = this.#shared.get(this.#string(at, size));
    if (!found) return NOT_FOUND;
    this.#put32(casAt, found.version);
    return this.#give(found.value, valueAt, valueSize);
  }

  proxy_set_shared_data(at, size, valueAt, valueSize, cas) {
    const key = this.#string(at, size);
    const found = this.#shared.get(key);
    if (cas && found && found.version !== cas >>> 0) return CAS_MISMATCH;
    this.#shared.set(key, { value: this.#read(valueAt, valueSize), version: ++this.#version });
    return OK;
  }

  proxy_register_shared_queue(at, size, idAt) {
    this.#put32(idAt, this.#queues.push([]));
    return OK;
  }

  proxy_enqueue_shared_queue(queue, at, size) {
    this.#queues[queue - 1].push(this.#read(at, size));
    return OK;
  }

  proxy_dequeue_shared_queue(queue, at, size) {
    const item = this.#queues[queue - 1].shift();
    return item ? this.#give(item, at, size) : 7;
  }

  proxy_define_metric(kind, at, size, idAt) {
    const name = this.#string(at, size);
    if (!this.#names.includes(name)) this.#names.push(name);
    this.#put32(idAt, this.#names.indexOf(name) + 1);
    return OK;
  }

  proxy_get_metric(id, at) { return this.#put32(at, 0), this.#put32(at + 4, 0), OK; }
  proxy_increment_metric() { return OK; }
  proxy_record_metric() { return OK; }
  proxy_set_tick_period_milliseconds() { return OK; }
  proxy_set_effective_context() { return OK; }
  proxy_continue_stream() { return OK; }
  proxy_close_stream() { return OK; }
  proxy_done() { return OK; }

  /** A property's path, with dots. */
  #path(at, size) {
    return this.#string(at, size).replaceAll('\0', '.');
  }

  proxy_get_property(at, size, valueAt, valueSize) {
    const value = this.exchange.properties?.[this.#path(at, size)];
    return value === undefined ? NOT_FOUND : this.#give(bytes(value), valueAt, valueSize);
  }

  proxy_set_property(at, size, valueAt, valueSize) {
    (this.exchange.properties ??= {})[this.#path(at, size)] = this.#read(valueAt, valueSize);
    return OK;
  }

  proxy_get_header_map_value(type, at, size, valueAt, valueSize) {
    const name = this.#string(at, size);
    const found = this.#map(type).find(([key]) => key === name);
    return found ? this.#give(bytes(found[1]), valueAt, valueSize) : NOT_FOUND;
  }

  proxy_replace_header_map_value(type, at, size, valueAt, valueSize) {
    this.proxy_remove_header_map_value(type, at, size);
    return this.proxy_add_header_map_value(type, at, size, valueAt, valueSize);
  }

  proxy_add_header_map_value(type, at, size, valueAt, valueSize) {
    this.#map(type).push([this.#string(at, size), this.#string(valueAt, valueSize)]);
    return OK;
  }

  proxy_remove_header_map_value(type, at, size) {
    const name = this.#string(at, size);
    this.exchange[MAPS[type]] = this.#map(type).filter(([key]) => key !== name);
    return OK;
  }

  /** The number of pairs, their lengths, and then names and values, each with a zero behind it. */
  proxy_get_header_map_pairs(type, at, size) {
    const pairs = this.#map(type).map((pair) => pair.map(bytes));
    const length = pairs.reduce((sum, [name, value]) => sum + 10 + name.length + value.length, 4);
    const out = new Uint8Array(length);
    const view = new DataView(out.buffer);
    view.setUint32(0, pairs.length, true);
    let place = 4 + 8 * pairs.length;
    pairs.forEach(([name, value], index) => {
      view.setUint32(4 + 8 * index, name.length, true);
      view.setUint32(8 + 8 * index, value.length, true);
      out.set(name, place);
      out.set(value, place + name.length + 1);
      place += name.length + value.length + 2;
    });
    return this.#give(out, at, size);
  }

  proxy_get_header_map_size(type, at) {
    const size = this.#map(type).flat().reduce((sum, part) => sum + bytes(part).length, 0);
    return this.#put32(at, size), OK;
  }

  proxy_set_header_map_pairs(type, at, size) {
    const all = this.#read(at, size);
    const view = new DataView(all.buffer);
    const count = view.getUint32(0, true);
    let place = 4 + 8 * count;
    this.exchange[MAPS[type]] = Array.from({ length: count }, (_, index) => {
      const lengths = [view.getUint32(4 + 8 * index, true), view.getUint32(8 + 8 * index, true)];
      return lengths.map((length) => {
        const part = text.decode(all.subarray(place, place + length));
        place += length + 1;
        return part;
      });
    });
    return OK;
  }

  proxy_get_buffer_bytes(type, start, most, at, size) {
    const body = this.exchange[BUFFERS[type]];
    return body ? this.#give(body.subarray(start, Math.min(body.length, start + (most >>> 0))), at, size) : NOT_FOUND;
  }

  proxy_set_buffer_bytes(type, start, drop, at, size) {
    const body = this.exchange[BUFFERS[type]];
    const rest = body.subarray(Math.min(body.length, start + (drop >>> 0)));
    this.exchange[BUFFERS[type]] = Buffer.concat([body.subarray(0, start), this.#read(at, size), rest]);
    return OK;
  }

  proxy_send_local_response(status, detailsAt, detailsSize, at, size) {
    this.exchange.reply = { status, body: this.#string(at, size) };
    return OK;
  }

  proxy_http_call(clusterAt, clusterSize, headersAt, headersSize, at, size, trailersAt, trailersSize, timeout, idAt) {
    this.#put32(idAt, this.posted.push(this.#string(at, size)));
    return OK;
  }
}
