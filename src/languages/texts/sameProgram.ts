/** Why nothing need be shown of a text that differs where its language sees nothing. */
export const sameButForLayout = 'The program is the same: only comments or layout differ.';
