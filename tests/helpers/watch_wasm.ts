/**
 * Logs a line whenever a WebAssembly module is compiled or started. Import it before the modules that do so.
 *
 * @module
 */

/** The beginning of the line. */
export const WASM_LINE = "webassembly";

const functions = ["compile", "compileStreaming", "instantiate", "instantiateStreaming"] as const;
for (const name of functions) {
  const original = WebAssembly[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(WebAssembly, name, {
    value: (...args: unknown[]) => {
      console.info(`${WASM_LINE} ${name}`);
      return original(...args);
    },
  });
}
for (const name of ["Module", "Instance"] as const) {
  const original = WebAssembly[name];
  Object.defineProperty(WebAssembly, name, {
    value: new Proxy(original, {
      construct: (target, args) => {
        console.info(`${WASM_LINE} ${name}`);
        return Reflect.construct(target, args);
      },
    }),
  });
}
