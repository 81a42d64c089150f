/**
 * The message tracking cases of the Edge Testing Tool, MT 1 to 50, that ask nothing of what stands between the edges, and
 * what they ask. What each number means is read from the tool's own lists: `gui/src/assets/smtptestCases.json` and
 * `xdrtestCases.json` of the public repository onc-healthit/ett; of MT 22 and 42, which were withdrawn in 2016, from the
 * list of before.
 */
export const casesOfOthers: readonly { readonly cases: readonly number[]; readonly subject: string }[] = [
  { cases: [19, 48], subject: 'an XDR edge gives each of its SOAP messages an identifier of its own' },
  { cases: [20, 50], subject: 'an XDR edge reads what it is told: a success, a failure' },
  { cases: [31], subject: 'whoever speaks XDR to the edge reads a bad request for delivery in the SOAP header' },
  { cases: [49], subject: 'an XDR edge writes the request for delivery into the address block of its SOAP header' },
]
