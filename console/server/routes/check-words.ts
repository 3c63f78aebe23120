import type { FastifyInstance } from 'fastify'
import { checkWords as api } from '../../../shared/api/check-words.ts'
import { formatAddress, parseAddress } from '../../../shared/format/address.ts'
import { checkWordsOf } from '../../../shared/format/check-words.ts'
import { implement } from '../register.ts'

export function checkWords (app: FastifyInstance): void {
  implement(app, api.getCheckWords, async ({ params }) => {
    const { address } = parseAddress(params.address)
    return { newsletter: address, link: formatAddress(address), checkWords: checkWordsOf(address) }
  })
}
