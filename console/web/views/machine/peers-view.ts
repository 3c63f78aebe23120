import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { ConnectedPeer, Peers } from '../../../../shared/api/machine.ts'
import '../../elements/error-note.ts'
import { failureInWords } from '../../elements/failure-in-words.ts'
import { ConsoleView } from '../console-view.ts'
import './machine.css'

/** As much of a key as a person compares by eye. */
const SHORT = 8

/** Who is connected, for what, and what went to and fro. */
@customElement('peers-view')
export class PeersView extends ConsoleView {
  @state() private peers: Peers | null = null
  @state() private failure: string | null = null

  override connectedCallback (): void {
    super.connectedCallback()
    this.follow('peersChanged', peers => { this.peers = peers })
    this.follow('state', () => void this.#load())
    this.follow('newsletterChanged', () => this.requestUpdate())
    void this.#load()
  }

  override render (): TemplateResult {
    const { shell } = this.phrases
    return html`
      <div class="page">
        <header class="masthead"><h1>${shell.peers}</h1></header>
        ${this.failure === null ? nothing : html`<error-note .message=${this.failure} @retry=${() => void this.#load()}></error-note>`}
        ${this.peers ? this.#content(this.peers) : this.failure === null ? html`<p class="meta" role="status">${shell.loading}</p>` : nothing}
      </div>
    `
  }

  #content ({ peers, downBytes, upBytes }: Peers): TemplateResult {
    const { machine, formats } = this.phrases
    if (peers.length === 0) return this.#nobody()
    return html`
      <p>${machine.peersSummary(peers.length, formats.bytes(downBytes), formats.bytes(upBytes))}</p>
      <table class="figures">
        <thead><tr>
          <th scope="col">${machine.peer}</th><th scope="col">${machine.peerFor}</th><th scope="col" class="number">${machine.peerDown}</th>
          <th scope="col" class="number">${machine.peerUp}</th><th scope="col">${machine.peerSince}</th><th scope="col">${machine.peerDirection}</th>
        </tr></thead>
        <tbody>${repeat(peers, ({ key }) => key, peer => this.#row(peer))}</tbody>
      </table>
      <p class="hint">${machine.peersNote}</p>
    `
  }

  #row ({ key, host, outgoing, since, newsletters, downBytes, upBytes }: ConnectedPeer): TemplateResult {
    const { machine, reading, formats } = this.phrases
    const titles = newsletters.map(address => this.parts.live.newsletters.get(address)?.title || reading.unknownTitle)
    return html`
      <tr>
        <th scope="row"><code title=${key}>${key.slice(0, SHORT)}</code>${host ? html` <span class="meta">${isThisMachine(host) ? machine.thisMachineHost : host}</span>` : nothing}</th>
        <td class="titles" data-label=${machine.peerFor}>${titles.length > 0 ? html`<bdi>${formats.list(titles)}</bdi>` : html`<span class="meta">${machine.nothingShared}</span>`}</td>
        <td class="number" data-label=${machine.peerDown}>${formats.bytes(downBytes)}</td>
        <td class="number" data-label=${machine.peerUp}>${formats.bytes(upBytes)}</td>
        <td data-label=${machine.peerSince}><time datetime=${since} title=${formats.moment(since)}>${formats.ago(since)}</time></td>
        <td data-label=${machine.peerDirection}>${outgoing ? machine.byYou : machine.byThem}</td>
      </tr>
    `
  }

  #nobody (): TemplateResult {
    const { machine } = this.phrases
    const { status, newsletters } = this.parts.live
    const isOff = status?.network.state === 'off'
    return html`<div class="empty"><h2>${isOff ? machine.peersOff : machine.peersNone}</h2>
      ${isOff ? nothing : html`<p class="hint">${newsletters.size === 0 ? machine.peersNobody : machine.peersNoneHint}</p>`}</div>`
  }

  async #load (): Promise<void> {
    try {
      this.peers = await this.parts.client.listPeers()
      this.failure = null
    } catch (error) {
      if (!this.peers) this.failure = failureInWords(error, this.phrases)
    }
  }
}

function isThisMachine (host: string): boolean {
  return host.startsWith('127.') || host === '::1'
}
