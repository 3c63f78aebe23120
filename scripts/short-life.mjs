// Loaded into a test file's process before all else. The nodes in it live for seconds: V8 optimises what SQLite is made of while
// each of them opens its library, which takes longer than to do all their work without, and throws it away with them.
import { setFlagsFromString } from 'node:v8'
import { isMainThread } from 'node:worker_threads'

/** So many bytes of a function of WebAssembly are executed before it is optimised: 17 times as many as usual. */
const OPTIMISED_AFTER_BYTES = 30_000_000

// Holds for all threads of the process. A V8 that does not know it says so on stderr, and goes on.
if (isMainThread) setFlagsFromString(`--wasm-tiering-budget=${OPTIMISED_AFTER_BYTES}`)
