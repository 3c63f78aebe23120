// Before the first paint, so that a page in the dark does not flash white. A file of its own, because the
// Content-Security-Policy allows no script inside the page.
try {
  const { theme } = JSON.parse(localStorage.getItem('colporteur.settings')) ?? {}
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Settings that can't be read are those of a new reader.
}
