/**
 * The deployed function, which additionally logs whenever it compiles or starts a WebAssembly module.
 *
 * @module
 */
import "./watch_wasm.ts";
import entry from "../../functions/process-image/index.ts";

export default entry;
