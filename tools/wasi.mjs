// Runs a program that was built for WASI, in the engine that Envoy has too: node tools/wasi.mjs program.wasm [arguments].
import { readFile } from 'node:fs/promises';
import { WASI } from 'node:wasi';

const [program, ...args] = process.argv.slice(2);
const wasi = new WASI({ version: 'preview1', args: [program, ...args] });
const module = await WebAssembly.compile(await readFile(program));
const imports = wasi.getImportObject();
// What Envoy would offer; a program calls none of it.
for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
  if (kind === 'function' && !imports[from]?.[name]) {
    (imports[from] ??= {})[name] = () => { throw new Error(`${from}.${name} is Envoy's`); };
  }
}
const { _initialize, ...exports } = (await WebAssembly.instantiate(module, imports)).exports;
process.exitCode = wasi.start({ exports });
