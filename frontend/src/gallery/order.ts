// The orders a person can choose, and what each is called in the URL and in the API.
import type { ImageOrder } from '../gql/graphql';

export const orders = {
  newest: { label: 'Newest first', by: { field: 'UPLOADED_AT', direction: 'DESC' } },
  oldest: { label: 'Oldest first', by: { field: 'UPLOADED_AT', direction: 'ASC' } },
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
  return typeof order === 'string' && order in orders && order !== defaultOrder ? { order: order as OrderName } : {};
}
