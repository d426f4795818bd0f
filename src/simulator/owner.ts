/** The owner that all of Slipway's things carry in a simulation. */
export const owner = 'sim'
