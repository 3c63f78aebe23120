/** DNS-SD: what a node is called among all that speak there. */
export const SERVICE = '_colporteur._tcp.local'
const NAME = /^([0-9a-f]{16})\._colporteur\._tcp\.local$/
/** A packet of multicast DNS is no larger (RFC 6762, section 17). */
export const PACKET_BYTES = 9_000
/** Questions and records of a kind that are looked at; a node's announcement has a handful, and an address for each interface. */
const MOST = 64

interface Question { name: string, type: string }
interface DnsRecord extends Question { ttl: number, data: unknown }

/** As multicast-dns reads it. */
export interface MdnsPacket { questions: Question[], answers: DnsRecord[], authorities: DnsRecord[], additionals: DnsRecord[] }

/** A node says by which port it is reached; null: that it leaves. */
export interface Announcement { name: string, port: number | null }

/** Leaves so much in a packet as can be dealt with at once, and each question once: each is answered to everybody. */
export function boundPacket (packet: MdnsPacket): void {
  const asked = new Map(packet.questions.slice(0, MOST).map(question => [`${question.type} ${question.name.toLowerCase()}`, question]))
  packet.questions.splice(0, Infinity, ...asked.values())
  for (const records of [packet.answers, packet.authorities, packet.additionals]) records.splice(MOST)
}

/** What nodes say of themselves in a packet. */
export function announcementsIn ({ answers, additionals }: MdnsPacket): Announcement[] {
  const records = [...answers, ...additionals]
  const ports = new Map(records.filter(({ type }) => type === 'SRV').map(({ name, data }) => [name, (data as { port: number }).port]))
  const said = records.filter(({ type, name }) => type === 'PTR' && name.toLowerCase() === SERVICE).flatMap(({ ttl, data }): Announcement[] => {
    const name = NAME.exec(String(data))?.[1]
    const port = ports.get(String(data))
    if (name === undefined) return []
    if (ttl === 0) return [{ name, port: null }]
    return port === undefined || port < 1 ? [] : [{ name, port }]
  })
  return [...new Map(said.map(announcement => [announcement.name, announcement])).values()]
}
