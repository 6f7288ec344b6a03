// A job that runs only while a feature is on: FLAGS_URL and FLAGS_API_KEY say where and who.
// Arguments: the feature (default jobs_processing) and how long to wait for it (default 30m).
using Flags.Client;
using Flags.Core;
using Microsoft.Extensions.Options;

string feature = args.Length > 0 ? args[0] : "jobs_processing";
if (!Duration.TryParse(args.Length > 1 ? args[1] : "30m", out Duration timeout))
{
    Console.Error.WriteLine($"How long to wait {Duration.Expected}.");
    return 64; // EX_USAGE
}

try
{
    await using FlagsClient flags = FlagsClient.Create();

    Console.WriteLine("waiting");
    if (!await flags.WaitUntilEnabledAsync(feature, timeout.Value))
    {
        Console.Error.WriteLine($"{feature} was not on within {timeout} s.");
        return 75; // EX_TEMPFAIL: try again later.
    }

    Console.WriteLine("running");
    // The job's work.
    Console.WriteLine("done");
    return 0;
}
catch (Exception failure) when (failure is OptionsValidationException or FlagsProblemException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
