import { type Need, Topic, type TopicParts } from './topic.ts'
import { TopicTurns } from './topic-turns.ts'

/** A topic that was joined. */
export interface JoinedTopic {
  /** See {@link Topic.announce}. */
  announce (announces: boolean): Promise<void>
  leave (): Promise<void>
}

/** The topics on which a node meets others, of which it may have a thousand: see {@link TopicTurns}. */
export class Topics {
  #parts: Pick<TopicParts, 'swarm' | 'isPrivate' | 'log'>
  #turns = new TopicTurns()
  #topics = new Set<Topic>()

  constructor (parts: Pick<TopicParts, 'swarm' | 'isPrivate' | 'log'>) {
    this.#parts = parts
  }

  join (topic: Uint8Array, need: () => Need, announces: boolean): JoinedTopic {
    const joined = new Topic({ ...this.#parts, turns: this.#turns, topic, need, announces })
    this.#topics.add(joined)
    return {
      announce: async announces => await joined.announce(announces),
      leave: async () => {
        this.#topics.delete(joined)
        await joined.leave()
      }
    }
  }

  /** Looks for others on all of them. */
  lookNow (): void { for (const topic of this.#topics) void topic.lookNow() }

  /** See {@link Topic.stop}. */
  stop (): void { for (const topic of this.#topics) topic.stop() }
}
