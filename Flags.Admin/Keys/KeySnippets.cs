using Flags.Core;

namespace Flags.Admin;

/// <summary>First steps with a new key: what it may do, with this server's address, and nothing that stops anybody's jobs.</summary>
internal static class KeySnippets
{
    public static IReadOnlyList<Snippet> Of(string address, string secret, KeyInfo key, string feature) =>
        [new("curl", Curl(address, secret, key, feature)), new("flags", Cli(address, secret, key, feature)), new("C#", CSharp(address, secret, feature))];

    private static string Curl(string address, string secret, KeyInfo key, string feature)
    {
        string export = $"export FLAGS_API_KEY={secret}";
        if (May(key, "evaluate"))
            return $"{export}\n{HelpBlocks.Check(address, feature)}";
        return May(key, "read") ? $"{export}\ncurl -fsS {HelpBlocks.Auth} {Shell.Word(address + "/api/v1/features")}" : export;
    }

    private static string Cli(string address, string secret, KeyInfo key, string feature)
    {
        List<string> lines = [$"export FLAGS_URL={Shell.Word(address)}", $"export FLAGS_API_KEY={secret}"];
        if (May(key, "evaluate"))
            lines.Add(HelpBlocks.CliCheck(feature));
        if (May(key, "lease"))
            lines.Add(HelpBlocks.CliRun(feature));
        if (May(key, "hold"))
            lines.Add(HelpBlocks.CliDeploy(feature));
        return string.Join('\n', lines);
    }

    private static string CSharp(string address, string secret, string feature) =>
        $"// In the environment, not in the code: FLAGS_API_KEY={secret}\n{HelpBlocks.CSharpCheck(address, feature)}";

    private static bool May(KeyInfo key, string permission) => key.Permissions.Contains(permission) || key.Permissions.Contains("admin");
}
