/** The web process ends with this when another program listens on its port; the launcher then says so instead of trying again. */
export const portTakenExit = 98;
