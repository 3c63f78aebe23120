/**
 * By this signal a node whose event loop is stuck is ended. It ends a process as SIGABRT does, but writes no memory to the
 * disk first, which takes seconds in which nobody is served.
 */
export const HUNG: NodeJS.Signals = 'SIGVTALRM'

/** Here the thread that watches the event loop says to whoever started the node, without the event loop, what it thinks of it: one of the bytes below. */
export const DOUBTS_FD = 4
export const MAY_HANG = 1
export const GOES_ON = 0
