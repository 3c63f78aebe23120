/**
 * Lets a person choose files of their computer; none when they think better of it.
 *
 * @param accept as the attribute of that name has it; '' for any file
 */
export async function pickFiles (accept: string, multiple = true): Promise<File[]> {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = multiple
  input.accept = accept
  return await new Promise(resolve => {
    input.addEventListener('change', () => resolve([...input.files ?? []]))
    input.addEventListener('cancel', () => resolve([]))
    input.click()
  })
}
