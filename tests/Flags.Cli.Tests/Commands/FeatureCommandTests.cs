using System.Text.Json;
using Flags.Core;

namespace Flags.Cli.Tests;

/// <summary>Features by command.</summary>
public sealed class FeatureCommandTests(FlagsServer server)
{
    [Fact]
    public async Task A_check_is_an_exit_code_and_a_line()
    {
        string on = await server.FeatureAsync(), off = await server.FeatureAsync(enabled: false);
        Assert.Equal("on\n", await SaysAsync(0, "check", on));
        Assert.StartsWith("off: ", await SaysAsync(1, "check", off), StringComparison.Ordinal);
        Assert.Equal("", await SaysAsync(1, "check", "--quiet", off));
        Assert.Contains("no feature", await SaysAsync(1, "check", "no_such_feature"), StringComparison.Ordinal);
        await server.HoldAsync(on);
        Assert.Contains("another deploy holds", await SaysAsync(1, "check", on), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_for_an_actor_explains_itself()
    {
        string feature = await server.FeatureAsync(enabled: false);
        await SaysAsync(0, "enable", feature, "--actor", "User;1", "--group", "staff");
        await SaysAsync(0, "check", feature, "--actor", "User;1");
        await SaysAsync(1, "check", feature, "--actor", "User;2");
        await SaysAsync(0, "check", feature, "--actor", "User;2", "--group", "staff");
        Assert.Contains("> Actor", await SaysAsync(0, "check", feature, "--actor", "User;1", "--explain"), StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(await SaysAsync(1, "check", feature, "--json")).RootElement.GetProperty("enabled").GetBoolean());
        await SaysAsync(0, "disable", feature, "--actor", "User;1");
        await SaysAsync(1, "check", feature, "--actor", "User;1");
        await SaysAsync(0, "enable", feature, "--percentage-of-actors", "100%");
        await SaysAsync(0, "check", feature, "--actor", "User;3");
    }

    [Fact]
    public async Task A_feature_lives_its_life()
    {
        string name = $"life_{Guid.NewGuid():N}";
        Assert.Contains("off (version", await SaysAsync(0, "create", name, "--tag", "web", "--owner", "search-team", "--limit", "3", "--description", "a new search"), StringComparison.Ordinal);
        Assert.Contains($"flags show {name}", await SaysAsync(1, "create", name), StringComparison.Ordinal);
        await SaysAsync(0, "enable", name, "--reason", "release 42");
        Feature feature = JsonSerializer.Deserialize(await SaysAsync(0, "show", name, "--output", "json"), FlagsJson.Relaxed.Feature)!;
        Assert.Equal((FeatureState.On, "search-team", 3, "a new search"), (feature.State, feature.Owner, feature.Limit, feature.Description));
        Assert.Contains("3 at once", await SaysAsync(0, "show", name), StringComparison.Ordinal);
        await SaysAsync(0, "disable", name);
        Assert.Contains("release 42", await SaysAsync(0, "history", name), StringComparison.Ordinal);
        Assert.Contains($": on (version", await SaysAsync(0, "revert", name, $"{feature.Version}"), StringComparison.Ordinal);
        Assert.Contains("\"event\":\"conflict\"", await SaysAsync(1, "disable", name, "--if-version", "1", "--json"), StringComparison.Ordinal);
        await SaysAsync(0, "delete", name);
        Assert.Contains("flags list", await SaysAsync(1, "show", name), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_protected_feature_wants_its_name_typed()
    {
        string name = await server.FeatureAsync(isProtected: true);
        Assert.Contains($"--confirm {name}", await SaysAsync(1, "disable", name), StringComparison.Ordinal);
        await SaysAsync(0, "disable", name, "--confirm", name);
    }

    [Fact]
    public async Task Lists_show_all_pages_and_are_read_by_programs()
    {
        string word = $"list{Guid.NewGuid():N}";
        for (int i = 0; i < 3; i++)
            await server.Api.CreateFeatureAsync(new CreateFeature { Name = $"{word}_{i}", Enabled = i == 0 });
        string[] lines = (await SaysAsync(0, "list", "--search", word)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("NAME", lines[0], StringComparison.Ordinal);
        Assert.Equal(["on", "off", "off"], lines[1..].Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]));
        FeatureList list = JsonSerializer.Deserialize(await SaysAsync(0, "list", "--search", word, "--state", "on", "--output", "json"), FlagsJson.Relaxed.FeatureList)!;
        Assert.Equal([$"{word}_0"], list.Features.Select(feature => feature.Name));
        Assert.Contains("conditional", await SaysAsync(64, "list", "--state", "broken"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_is_imported_and_a_dry_run_changes_nothing()
    {
        string name = await server.FeatureAsync(), file = server.NewPath("export.json");
        await File.WriteAllTextAsync(file, $$"""{ "format": "flags", "formatVersion": 1, "features": [{ "name": "{{name}}_copy", "gates": { "boolean": true } }] }""");
        Assert.Contains($"+ {name}_copy", await SaysAsync(0, "import", file, "--dry-run"), StringComparison.Ordinal);
        await SaysAsync(1, "check", $"{name}_copy");
        Assert.Contains("1 created", await SaysAsync(0, "import", file), StringComparison.Ordinal);
        ExportBody export = JsonSerializer.Deserialize(await SaysAsync(0, "export"), FlagsJson.Relaxed.ExportBody)!;
        Assert.Contains(export.Features, feature => feature.Name == $"{name}_copy");
        await File.WriteAllTextAsync(file, "no JSON");
        Assert.Contains("is not JSON", await SaysAsync(64, "import", file), StringComparison.Ordinal);
        await SaysAsync(64, "import", "/no/such/file");
        Assert.Contains("Name one source", await SaysAsync(64, "import"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_Flipper_is_imported()
    {
        string name = await server.FeatureAsync();
        const string Own = "FLAGS_FROM_KEY=$FLAGS_API_KEY flags import --from \"$FLAGS_URL/flipper\" --dry-run";
        await using RunningFlags same = server.Through("bash", "-c", Own);
        Assert.Contains("0 would be created", (await same.EndsAsync(0)).Output, StringComparison.Ordinal);
        await using RunningFlags keyless = server.Through("bash", "-c", "flags import --from \"$FLAGS_URL/flipper\"");
        Assert.Contains("answered 401", (await keyless.EndsAsync(64)).Error, StringComparison.Ordinal);
        Assert.Contains("does not answer", await SaysAsync(64, "import", "--from", "http://127.0.0.1:1/flipper"), StringComparison.Ordinal);
        Assert.Contains("is no address", await SaysAsync(64, "import", "--from", "ftp://example.org"), StringComparison.Ordinal);
        await SaysAsync(0, "check", name);
    }

    [Fact]
    public async Task A_wait_ends_when_the_feature_is_on_or_the_time_is_over()
    {
        string feature = await server.FeatureAsync(enabled: false);
        await using RunningFlags patient = server.Run("wait", feature, "--timeout", "30s"), hasty = server.Run("wait", feature, "--timeout", "8s");
        Assert.Contains("it is off", (await hasty.EndsAsync(75)).Error, StringComparison.Ordinal);
        // Why, it says only if it has reached the server by then.
        await patient.SaysAsync($"Waiting up to 30s until {feature} is on: ");
        await server.Api.EnableFeatureAsync(feature);
        await patient.EndsAsync(0);
        await using RunningFlags refused = server.Run(new Dictionary<string, string?> { ["FLAGS_API_KEY"] = "flg_wrong" }, "wait", feature);
        await refused.EndsAsync(77);
    }

    [Fact]
    public async Task Names_of_others_move_no_cursor()
    {
        string feature = await server.FeatureAsync();
        await server.Api.PlaceHoldAsync(Guid.NewGuid(), new PlaceHold { Features = [feature], Reason = "red \x1b[31m\r\nalert", Holder = "bell\a" });
        string shown = await SaysAsync(0, "holds", feature) + await SaysAsync(75, "run", feature, "--no-wait", "--", "true");
        Assert.DoesNotContain('\x1b', shown);
        Assert.DoesNotContain('\a', shown);
        Assert.DoesNotContain('\r', shown);
        Assert.Contains("alert", shown, StringComparison.Ordinal);
    }

    /// <summary>Both outputs of a command that must end with that code.</summary>
    private async Task<string> SaysAsync(int code, params string[] arguments)
    {
        await using RunningFlags command = server.Run(arguments);
        await command.EndsAsync(code);
        return command.Output + command.Error;
    }
}
