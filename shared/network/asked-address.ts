import type DHT from 'hyperdht'

/**
 * Lets a node learn where others see it from the answers to its own questions alone: whoever asks it something could say anything
 * of that, from a few ports, and the node would tell everybody to call there. Wraps dht-rpc as in HyperDHT 6.34.0
 * (`_onrequest`, `_addNodeFromNetwork`); a test fails when they change.
 */
export function believeAnswersAlone (dht: DHT): void {
  let isAsked = false
  const { io } = dht
  const onRequest = io.onrequest
  io.onrequest = (request, isExternal) => {
    isAsked = true
    try {
      onRequest(request, isExternal)
    } finally {
      isAsked = false
    }
  }
  const addNode = dht._addNodeFromNetwork.bind(dht)
  // Who asks is known from then on, and asked in its turn, when the address may come.
  dht._addNodeFromNetwork = (isSample, from, seenAt) => isAsked ? addNode(false, from, null) : addNode(isSample, from, seenAt)
}
