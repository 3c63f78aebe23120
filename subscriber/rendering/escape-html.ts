/** Text as it stands in HTML or XML, in an attribute as well. */
export function escapeHtml (text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}
