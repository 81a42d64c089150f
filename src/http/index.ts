/** HTTP: bounded retrieval of what others publish: limits, cache, one request in flight (RFC 9110, 9111). */

export { type AddressProblem, addressProblem } from './address-problem.js'
export { HttpError, type HttpErrorCode } from './errors.js'
export type { Fetch, FetchRequest, FetchResponse } from './fetch.js'
export { orAborted } from './or-aborted.js'
export {
  createRetriever,
  type Retrieval,
  type Retrieved,
  type Retriever,
  type RetrieverLimits,
  type RetrieverOptions,
} from './retriever.js'
export { SharedFlights } from './shared-flights.js'
export type { Scheme } from './url.js'
