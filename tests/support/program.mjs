// Runs a long suite as a program.

/** Runs `main`. An error and a signal end the program with code 1; process.exit runs the exit handler that ends the Worker. */
export function runProgram(main) {
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  main().catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
