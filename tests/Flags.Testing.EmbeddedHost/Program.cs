// A server process that tests can kill: starts the embedded PostgreSQL in the given folder, prints its connection string or why it
// could not, and runs until its input ends or it is told to terminate.
using System.Runtime.InteropServices;
using Flags.Store;
using Microsoft.Extensions.Logging.Abstractions;

var told = new TaskCompletionSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
{
    signal.Cancel = true;
    told.TrySetResult();
});
try
{
    await using var postgres = await EmbeddedPostgres.StartAsync(
        new EmbeddedPostgresOptions { DataDir = args[0], Durable = false }, NullLogger.Instance, CancellationToken.None);
    Console.WriteLine(postgres.ConnectionString);
    // Not Console.In: its asynchronous methods block.
    await using var input = Console.OpenStandardInput();
    await Task.WhenAny(told.Task, input.CopyToAsync(Stream.Null));
    return 0;
}
catch (EmbeddedPostgresException e)
{
    Console.WriteLine(e.Message);
    return 1;
}
