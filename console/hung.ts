/**
 * By this signal a node whose event loop is stuck is ended. It ends a process as SIGABRT does, but writes no memory to the
 * disk first, which takes seconds in which nobody is served.
 */
export const HUNG: NodeJS.Signals = 'SIGVTALRM'
