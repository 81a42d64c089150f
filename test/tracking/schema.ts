/** As much of JSON Schema as the schema of the evidence uses. */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly items?: Schema
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** What of a value does not obey a schema, each with its place. */
export function breachesOf(value: unknown, schema: Schema, root: Schema = schema, place = '$'): readonly string[] {
  if (schema.$ref) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')]
    return target ? breachesOf(value, target, root, place) : [`${place}: ${schema.$ref} is not there`]
  }
  if (schema.const !== undefined && value !== schema.const) return [`${place}: not ${String(schema.const)}`]
  if (schema.enum && !schema.enum.includes(value)) return [`${place}: none of ${schema.enum.join(', ')}`]
  if (schema.type && schema.type !== typeOf(value)) return [`${place}: no ${schema.type}`]
  if (schema.pattern && !new RegExp(schema.pattern, 'u').test(String(value))) return [`${place}: not ${schema.pattern}`]
  if (Array.isArray(value)) {
    const few = value.length < (schema.minItems ?? 0) ? [`${place}: too few`] : []
    const { items = {} } = schema
    return [...few, ...value.flatMap((item, index) => breachesOf(item, items, root, `${place}[${index}]`))]
  }
  if (typeof value !== 'object' || value === null) return []
  const { properties = {}, required = [], additionalProperties = true } = schema
  return [
    ...required.filter((name) => !(name in value)).map((name) => `${place}: without ${name}`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const known = properties[name]
      if (!known) return additionalProperties ? [] : [`${place}: ${name} is not allowed`]
      return breachesOf(item, known, root, `${place}.${name}`)
    }),
  ]
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value === null ? 'null' : typeof value
}
