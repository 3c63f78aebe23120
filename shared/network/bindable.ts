import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv4 } from 'node:net'
import { AppError, messageOf } from '../errors.ts'

/**
 * Before a DHT is made: one that could not bind says nothing, meets nobody, and keeps the process from ending
 * (hyperdht 6.34). The addresses that nodes tell each other over the DHT are IPv4.
 *
 * @param port 0: any
 * @throws AppError BAD_CONFIG when the address is none of this machine, or the UDP port is taken
 */
export async function checkBindable (address: string, port = 0): Promise<void> {
  if (!isIPv4(address)) throw new AppError('BAD_CONFIG', `${address} is not an IPv4 address. Give --bind one of this machine.`)
  const socket = createSocket('udp4')
  try {
    socket.bind({ address, port, exclusive: true })
    await once(socket, 'listening')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EADDRINUSE') {
      throw new AppError('BAD_CONFIG', `UDP port ${port} of ${address} is taken by another program. Give another --port, or 0 for any free ones.`, { cause })
    }
    throw new AppError('BAD_CONFIG', `Nobody can be met on ${address}: ${messageOf(cause)}. Give --bind an IPv4 address of this machine.`, { cause })
  } finally {
    socket.close()
  }
}
