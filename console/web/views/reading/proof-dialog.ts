import { consume } from '@lit/context'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { IssueDetails, Verification } from '../../../../shared/api/issues.ts'
import { type ConsoleParts, partsContext } from '../../app/console-parts.ts'
import { failureInWords, problemInWords } from '../../elements/failure-in-words.ts'
import { ModalDialog } from '../../elements/modal-dialog.ts'
import './proof-dialog.css'

/** Who signed an issue, with what, and what was checked. Checks it again when it is asked to. */
@customElement('proof-dialog')
export class ProofDialog extends ModalDialog {
  @consume({ context: partsContext }) protected parts!: ConsoleParts
  details!: IssueDetails
  @state() private verification: Verification | null = null
  @state() private isVerifying = false
  @state() private failure: string | null = null

  protected override heading (): string {
    return this.phrases.reading.proof
  }

  protected override content (): TemplateResult {
    const { reading, shell, formats } = this.phrases
    const { issue, proof, files } = this.details
    const { writerName, writer, signingKey, drive, rootNumber, manifestHash, bodyHash } = proof!
    const isChanged = issue.change === 'typo' || issue.change === 'correction' || issue.change === 'update' || issue.change === 'retraction'
    return html`
      <p>${reading.proofSentence(writerName || writer, issue.newsletterTitle)}</p>
      <p class="hint">${reading.proofNot}</p>
      <div class="actions">
        <button class="primary" ?disabled=${this.isVerifying} @click=${() => void this.#verify()}>${reading.verifyNow}</button>
        <button @click=${() => this.close()}>${shell.close}</button>
      </div>
      <div role="status">${this.#result()}</div>
      <dl class="proof">
        <dt>${reading.proofWriter}</dt><dd dir="auto">${writerName || writer}</dd>
        <dt>${reading.proofPublished}</dt><dd>${formats.moment(issue.publishedAt)}</dd>
        <dt>${reading.proofRevision}</dt><dd>${reading.revision(issue.revision, isChanged ? reading.changes[issue.change as keyof typeof reading.changes] : reading.original)}</dd>
        <dt>${reading.address}</dt><dd><code>colporteur://${issue.newsletter}</code></dd>
        <dt>${reading.proofRoot}</dt><dd>${formats.number(rootNumber)}</dd>
        <dt>${reading.proofKey}</dt><dd><code>${signingKey}</code></dd>
        <dt>${reading.proofDrive}</dt><dd><code>${drive}</code></dd>
        <dt>${reading.proofManifest}</dt><dd><code>${manifestHash}</code></dd>
        <dt>${reading.proofBody}</dt><dd><code>${bodyHash}</code></dd>
      </dl>
      ${files.length === 0
        ? nothing
        : html`<details><summary>${reading.proofFiles(files.length)}</summary>
            <ul class="list">${files.map(({ path, sizeBytes, blake2b }) => html`<li><bdi>${path.replace(/^files\//, '')}</bdi>, ${formats.bytes(sizeBytes)}<br><code>${blake2b}</code></li>`)}</ul>
          </details>`}
    `
  }

  #result (): TemplateResult | typeof nothing {
    const { reading, formats } = this.phrases
    if (this.isVerifying) return html`<p class="meta">${reading.verifying}</p>`
    if (this.failure !== null) return html`<p class="error">${this.failure}</p>`
    if (!this.verification) return nothing
    const { verified, problem, checks } = this.verification
    return html`
      <ol class="checks">${checks.map((check, i) => html`<li>${reading.checks[i] ?? check}</li>`)}</ol>
      ${verified
        ? html`<p class="done">${reading.verifiedNow(formats.moment(new Date().toISOString()))}</p>`
        : html`<p class="error">${reading.verifiedFailed} ${problemInWords(problem, this.phrases)}</p>`}
    `
  }

  async #verify (): Promise<void> {
    this.isVerifying = true
    this.failure = null
    try {
      this.verification = await this.parts.client.verifyIssue({ params: { issue: this.details.issue.ref } })
    } catch (error) {
      this.failure = failureInWords(error, this.phrases)
    }
    this.isVerifying = false
  }
}
