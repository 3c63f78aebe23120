import type { TemplateResult } from 'lit'
import type { Phrases } from '../messages/catalogue.ts'

export type RouteParams = Record<string, string>

export interface Route {
  /** With `:name` for each parameter: `/newsletters/:newsletter`. */
  path: string
  /** Loads the code of the view. */
  load: () => Promise<unknown>
  show: (params: RouteParams) => TemplateResult
  title: (phrases: Phrases) => string
  /** Places with one key are one page, which stays while the person goes from one to the other. Else each place is a page. */
  page?: (params: RouteParams) => string
}

export interface Place { route: Route | null, params: RouteParams }

/** Where the person is: the part of the address after `#`, so that the node serves one page and back goes back. `change` when it is another. */
export class Router extends EventTarget {
  #routes: Route[]

  constructor (routes: Route[]) {
    super()
    this.#routes = routes
  }

  listen (): () => void {
    const onChange = (): void => this.changed()
    addEventListener('hashchange', onChange)
    return () => removeEventListener('hashchange', onChange)
  }

  /** The address was changed without the browser saying so. */
  changed (): void {
    this.dispatchEvent(new Event('change'))
  }

  get path (): string {
    return location.hash.replace(/^#/, '') || '/inbox'
  }

  /** What stands behind the question mark. */
  get query (): URLSearchParams {
    return new URLSearchParams(this.path.split('?')[1] ?? '')
  }

  get place (): Place {
    for (const route of this.#routes) {
      const params = paramsOf(route.path, this.path)
      if (params) return { route, params }
    }
    return { route: null, params: {} }
  }

  go (path: string): void {
    location.hash = path
  }

  /** Takes the place of where the person is, so that back does not lead here. */
  replace (path: string): void {
    location.replace(`#${path}`)
  }
}

/** What stands for each `:name` of the pattern; null when the path is another. */
export function paramsOf (pattern: string, path: string): RouteParams | null {
  const wanted = pattern.split('/')
  const found = path.split('?')[0]!.split('/')
  if (wanted.length !== found.length) return null
  const params: RouteParams = {}
  for (const [i, part] of wanted.entries()) {
    const value = found[i]!
    if (part.startsWith(':')) params[part.slice(1)] = decoded(value)
    else if (part !== value) return null
  }
  return params
}

function decoded (text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray percent sign, typed by hand: the node will not know it
  }
}
