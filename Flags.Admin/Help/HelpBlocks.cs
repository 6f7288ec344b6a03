namespace Flags.Admin;

/// <summary>Something to copy from the help page, and what it is for. <paramref name="Id"/> names it in its address and in tests.</summary>
internal sealed record HelpBlock(string Id, string Title, string Text, string Code);

/// <summary>
/// Every block that the pages offer, with this server's address and a feature filled in. They stand here and nowhere else, because a test runs each of
/// them as it is printed.
/// </summary>
internal static class HelpBlocks
{
    public const string Auth = "-H \"Authorization: Bearer $FLAGS_API_KEY\"";

    private const string ReadKey = "read -rs FLAGS_API_KEY && export FLAGS_API_KEY", Uuid = "$(cat /proc/sys/kernel/random/uuid)";

    public static readonly IReadOnlyList<(string Value, string Label)> Tabs = [("curl", "curl"), ("cli", "flags"), ("csharp", "C#"), ("pipeline", "Pipeline")];

    public static IReadOnlyList<HelpBlock> Of(string tab, string address, string feature) => tab switch
    {
        "cli" => Cli(address, feature),
        "csharp" => CSharp(address, feature),
        "pipeline" => Pipeline(address, feature),
        _ => Curl(address, feature),
    };

    public static string Check(string address, string feature) => $"curl -fs {Auth} {Shell.Word(Url(address, feature, "check"))} && echo on";

    public static string CliCheck(string feature, string? actor = null) => $"flags check {Shell.Word(feature)}{(actor is null ? "" : $" --actor {Shell.Word(actor)}")}";

    public static string CliRun(string feature) => $"flags run {Shell.Word(feature)} -- ./job.sh";

    public static string CliDeploy(string feature) => $"flags deploy --hold {Shell.Word(feature)} --reason \"release 42\" -- ./deploy.sh";

    public static string CSharpCheck(string address, string feature) => $"""
        using Flags.Client;
        using Flags.Core;

        await using FlagsClient flags = FlagsClient.Create(options => options.Url = {Shell.CSharp(address)});
        bool on = await flags.IsEnabledAsync({Shell.CSharp(feature)}, new Actor("User;42"));
        Console.WriteLine(on ? "on" : "off");
        """;

    /// <summary>A worker without the SDK.</summary>
    public static string Heartbeat(string address) =>
        $"curl -fsS {Auth} -X PUT \\\n  --json '{{\"role\": \"mailer\", \"version\": \"v1\", \"state\": \"ready\"}}' \\\n  {Shell.Word(address + "/api/v1/workers/")}$HOSTNAME-$$";

    public static string FindClaim(string address, string key) => $"curl -fsS {Auth} \\\n  {Shell.Word(Claims(address, key))}";

    /// <summary>Exit code 0 for the one who wins.</summary>
    public static string Claim(string address, string key) => $"curl -fsS {Auth} -X PUT \\\n  {Shell.Word(Claims(address, key))}";

    private static IReadOnlyList<HelpBlock> Curl(string address, string feature) =>
    [
        new("curl-key", "Once in each shell", "Paste the key: it is neither shown nor kept in the shell's history.", ReadKey),
        new("curl-check", "From a shell", "Exit code 0 while it is on (204), 22 while it is off or held (423) or does not exist (404).", Check(address, feature)),
        new("curl-why", "Would User;42 get it, and why", "One line a gate. Properties are what expressions compare.",
            $"curl -fsS {Auth} \\\n  --json '{{\"actors\": [{{\"id\": \"User;42\", \"properties\": {{\"plan\": \"pro\"}}}}]}}' \\\n  {Shell.Word(Url(address, feature, "evaluate?explain=true"))}"),
        new("curl-run", "Run a job only while it is on", "The job enters, waits up to 50 s while a deploy holds, and deploys wait until it has left. 75 means: try again later.", $$"""
            flags() { curl -fsS -H "Authorization: Bearer $FLAGS_API_KEY" "$@"; }
            server={{Shell.Word(address + "/api/v1")}}
            lease={{Uuid}}

            token=$(flags -X PUT "$server/features/{{Uri.EscapeDataString(feature)}}/leases/$lease?wait=50s" \
              --json '{"ttl": "15m", "holder": "job.sh"}' -H "Accept: text/plain") || exit 75
            trap 'flags -X DELETE "$server/leases/$lease?token=$token"' EXIT
            ./job.sh
            """),
        new("curl-off", "Turn it off", "For everyone, on every server, within a second; the reason is kept. A protected feature asks for a header with its name (428).",
            Switch(address, feature, "disable", "the provider is down")),
        new("curl-on", "Turn it on again", "For everyone. Its history has what it was before, and brings that back.", Switch(address, feature, "enable", "the provider is back")),
    ];

    private static IReadOnlyList<HelpBlock> Pipeline(string address, string feature) =>
    [
        new("pipeline-deploy", "Deploy", "Holds, waits up to 50 s for the jobs inside, deploys, releases, also after a failure. If the runner dies, jobs run again after 30 minutes.", $$"""
            flags() { curl -fsS --retry 5 -H "Authorization: Bearer $FLAGS_API_KEY" "$@"; }
            hold={{Shell.Word(address + "/api/v1/holds/")}}{{Uuid}}

            flags -X PUT "$hold" -o /dev/null \
              --json {{Shell.Quoted($"{{\"features\": [{Shell.Json(feature)}], \"reason\": \"release 42\", \"ttl\": \"30m\"}}")}}
            trap 'flags -X DELETE "$hold"' EXIT
            flags "$hold/drained?wait=50s" -o /dev/null && ./deploy.sh
            """),
        new("pipeline-empty", "Wait for jobs of a feature that was only turned off", "Exit code 0 as soon as nobody is inside, 22 if somebody still is after 50 s.",
            $"curl -fsS {Auth} -o /dev/null \\\n  {Shell.Word(Url(address, feature, "leases?wait=50s&until=empty"))}"),
    ];

    private static IReadOnlyList<HelpBlock> Cli(string address, string feature) =>
    [
        new("cli-login", "Once on your machine", "Asks for the key and keeps it for this server.", $"flags login --server {Shell.Word(address)}"),
        new("cli-env", "On other machines", "The address; then paste the key, which is neither shown nor kept in the shell's history.", $"export FLAGS_URL={Shell.Word(address)}\n{ReadKey}"),
        new("cli-run", "Run a job only while it is on", "Waits while a deploy holds, says who and until when; deploys wait until it has left.", CliRun(feature)),
        new("cli-deploy", "Deploy", "Holds, waits for the jobs inside, deploys, releases; renews meanwhile.", CliDeploy(feature)),
        new("cli-check", "From a shell", "Prints on, or why it is off; exit code 0 while it is on.", CliCheck(feature)),
    ];

    private static IReadOnlyList<HelpBlock> CSharp(string address, string feature) =>
    [
        new("csharp-check", "Ask once", "The package is Flags.Client; the key comes from the environment, FLAGS_API_KEY or FLAGS_API_KEY_FILE.", CSharpCheck(address, feature)),
        new("csharp-add", "Register and ask", "In a web app: a check is a look into memory, which follows the server and keeps its last answer while that is down.", $$"""
            using Flags.Client;

            WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
            builder.Services.AddFlags(options => options.Url = {{Shell.CSharp(address)}});
            WebApplication app = builder.Build();
            app.MapGet("/", (FlagsClient flags) => flags.IsEnabled({{Shell.CSharp(feature)}}, "User;42") ? "on" : "off");
            app.Run();
            """),
        new("csharp-run", "Run a job only while it is on", "Waits while a deploy holds; deploys wait until the lease is disposed. It is renewed meanwhile.", $$"""
            using Flags.Client;

            await using FlagsClient flags = FlagsClient.Create(options => options.Url = {{Shell.CSharp(address)}});
            await using EnterResult entry = await flags.EnterAsync({{Shell.CSharp(feature)}}, wait: TimeSpan.FromMinutes(30));
            if (entry is not Lease lease)
            {
                Console.WriteLine(entry); // Who holds it, why, since when, until when.
                return 75;
            }

            Console.WriteLine("The job runs.");
            lease.EnsureValid(); // Before what cannot be undone.
            return 0;
            """),
    ];

    private static string Switch(string address, string feature, string to, string reason) =>
        $"curl -fsS {Auth} -o /dev/null --json '{{\"reason\": \"{reason}\"}}' \\\n  {Shell.Word(Url(address, feature, to))}";

    private static string Claims(string address, string key) => $"{address}/api/v1/claims/{Uri.EscapeDataString(key)}";

    private static string Url(string address, string feature, string rest) => $"{address}/api/v1/features/{Uri.EscapeDataString(feature)}/{rest}";
}
