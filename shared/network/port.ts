/** Whether something can be sent to a port: a forged packet may say that it came from none. */
export function isPort (port: number): boolean { return Number.isInteger(port) && port > 0 && port < 65_536 }
