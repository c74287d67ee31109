// The orders a person can choose, and what each is called in the URL and in the API.
import type { ImageOrder } from '../gql/graphql';

export const orders = {
  newest: { label: 'Newest uploads', by: { field: 'UPLOADED_AT', direction: 'DESC' } },
  oldest: { label: 'Oldest uploads', by: { field: 'UPLOADED_AT', direction: 'ASC' } },
  'taken-last': { label: 'Taken last', by: { field: 'TAKEN_AT', direction: 'DESC' } },
  'taken-first': { label: 'Taken first', by: { field: 'TAKEN_AT', direction: 'ASC' } },
  name: { label: 'Name A–Z', by: { field: 'FILENAME', direction: 'ASC' } },
  'name-down': { label: 'Name Z–A', by: { field: 'FILENAME', direction: 'DESC' } },
  largest: { label: 'Largest first', by: { field: 'BYTE_SIZE', direction: 'DESC' } },
  smallest: { label: 'Smallest first', by: { field: 'BYTE_SIZE', direction: 'ASC' } },
} as const satisfies Record<string, { label: string; by: ImageOrder }>;

export type OrderName = keyof typeof orders;

export const defaultOrder: OrderName = 'newest';

/** The default is left out of the URL. */
export interface OrderSearch {
  order?: OrderName;
}

export function parseOrder(search: Record<string, unknown>): OrderSearch {
  const { order } = search;
  // Only what is its own: `order=toString` is no order.
  return typeof order === 'string' && Object.hasOwn(orders, order) && order !== defaultOrder ? { order: order as OrderName } : {};
}
