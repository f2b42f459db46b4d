/** ODM's catalog: the sample of its document, and some more. Inactive entries cannot be bought. */

const CREATED = '2026-01-05T08:00:00.000Z';

export const DENOMINATIONS = [
  denomination(1, 100),
  denomination(2, 200),
  denomination(3, 300),
  denomination(4, 500),
  denomination(5, 1000),
  denomination(6, 2000, false),
];

export const MERCHANTS = [
  merchant(12, 'Abyssinia Market', { id: 3, categoryName: 'Retail' }),
  merchant(13, 'Blue Nile Books', { id: 4, categoryName: 'Books' }),
  merchant(14, 'Sheger Coffee', { id: 5, categoryName: 'Food' }),
  merchant(15, 'Closed Corner Shop', { id: 3, categoryName: 'Retail' }, 'INACTIVE'),
];

function denomination(id, amountEtb, isActive = true) {
  return { id, amountEtb, isActive, createdAt: CREATED, deletedAt: null };
}

function merchant(id, merchantName, category, status = 'ACTIVE') {
  return { id, merchantName, merchantLogo: null, category, status, redemptionMethod: 'OTP' };
}
