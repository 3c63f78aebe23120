/** Names of devices, which Windows takes for no file, whatever ending follows. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])$/i

export function isDeviceName (name: string): boolean {
  return DEVICE.test(name.split('.')[0]!.trim())
}

/** The same for names that a system which ignores case takes for the same. By way of capitals, since σ and ς have but one. */
export function ignoringCase (name: string): string {
  return name.toUpperCase().toLowerCase()
}
