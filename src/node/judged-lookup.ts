import { lookup as systemLookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { type AddressProblem, addressProblem, HttpError } from '../http/index.js'

/** One place that a connection would go to, and what speaks against it. */
export interface JudgedAddress {
  /** The name or address in the URL. */
  readonly hostname: string
  readonly port: number
  /** The IP address it stands for at this moment. */
  readonly address: string
  readonly problem: AddressProblem
}

/** Lets a connection through that would be refused: to a server of the own network. */
export type AllowAddress = (address: JudgedAddress) => boolean

/** The addresses of a host. */
export type LookupHost = (hostname: string) => Promise<readonly { readonly address: string }[]>

/** As the system answers: its hosts file, its name servers. */
export const lookupHost: LookupHost = (hostname) => systemLookup(hostname, { all: true })

/**
 * Makes the `lookup` of one connection: of the addresses of its host, those that may be connected to.
 *
 * What is judged is what is connected to: nobody looks the name up a second time in between.
 */
export function judgedLookup(port: number, lookup: LookupHost, allow: AllowAddress): LookupFunction {
  return (hostname, options, callback) => {
    const answer = async () => {
      const found = await lookup(hostname)
      const may = found.filter(({ address }) => isAllowed({ hostname, port, address }, allow))
      if (may.length === 0) throw forbidden()
      return may.map(({ address }) => ({ address, family: isIP(address) }))
    }
    answer().then(
      (addresses) => {
        if (options.all) callback(null, addresses)
        else callback(null, addresses[0]!.address, addresses[0]!.family)
      },
      (error: Error) => callback(error, '', 0),
    )
  }
}

/**
 * Judges a host that is an address already, which no lookup is asked for.
 *
 * @throws {@link HttpError} `ERR_HTTP_ADDRESS`
 */
export function judgeLiteral(hostname: string, port: number, allow: AllowAddress): void {
  if (isIP(hostname) && !isAllowed({ hostname, port, address: hostname }, allow)) throw forbidden()
}

function isAllowed(place: Omit<JudgedAddress, 'problem'>, allow: AllowAddress): boolean {
  const problem = addressProblem(place.address)
  return problem === undefined || allow({ ...place, problem })
}

function forbidden(): HttpError {
  return new HttpError('ERR_HTTP_ADDRESS', 'the host lies at an address that nothing is fetched from')
}
