// Better Auth's HTTP API on a free port of this machine, printed once it answers. Ends with stdin.
import { createServer } from "node:http";

import { betterAuth } from "better-auth";
import { toNodeHandler } from "better-auth/node";

import { options, pool } from "./auth.mjs";

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const baseURL = `http://127.0.0.1:${server.address().port}`;
  server.on("request", toNodeHandler(betterAuth({ ...options, baseURL })));
  console.log(baseURL);
});
process.stdin.resume().on("end", async () => {
  server.closeAllConnections();
  server.close();
  await pool.end();
});
