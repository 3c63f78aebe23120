import Protomux from 'protomux'
import { AppError } from '../errors.ts'

const { _onbatch: dealWithBatch } = Protomux.prototype
const inBatch = new WeakSet<Protomux>()

/**
 * Lets no message end the process by way of protomux 3.12 (`index.js`), on any connection: also on those that HyperDHT makes by
 * itself, to relays that strangers name. What it takes for an error in a program it throws once more where nothing catches it
 * (safety-catch 1.0); now that ends the connection alone. And it would deal with batches in batches until the stack is used up.
 */
export function guardProtomux (): void {
  Object.assign(Protomux.prototype, { _onbatch: onBatch, _safeDestroy: end, _warn: warn })
}

function onBatch (this: Protomux, state: object): void {
  if (inBatch.has(this)) throw new AppError('BAD_FORMAT', 'A peer sends a batch of messages in another one.')
  inBatch.add(this)
  try {
    dealWithBatch.call(this, state)
  } finally {
    inBatch.delete(this)
  }
}

function end (this: Protomux, error: Error): void {
  this._destroying = true
  this.stream.destroy(error)
}

function warn (this: Protomux, error: Error): void { this.stream.emit('warning', error) }
