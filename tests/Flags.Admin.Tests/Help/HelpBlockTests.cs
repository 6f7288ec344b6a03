using System.Net;
using System.Text.Json;
using Flags.Core;
using Flags.Store;
using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>Every block that the pages print is run as it is printed, against this server.</summary>
public sealed class HelpBlockTests(AdminServer admin) : IDisposable
{
    // Beside this assembly, whose shared framework has what the command's own folder would.
    private static readonly string Own = Path.Combine(AppContext.BaseDirectory, "Flags.Admin.Tests"), FlagsProgram = Path.Combine(AppContext.BaseDirectory, "flags.dll");

    private readonly string folder = Directory.CreateTempSubdirectory("flags-help-").FullName;

    [Fact]
    public async Task Blocks_for_curl_do_what_they_say()
    {
        await CreateAsync("help_curl");
        string key = (await admin.Server.MintAsync("evaluate read write lease")).Key;
        IReadOnlyDictionary<string, string> blocks = await BlocksAsync("curl", "help_curl");
        Assert.Equal(["curl-key", "curl-check", "curl-why", "curl-run", "curl-off", "curl-on"], blocks.Keys);

        Assert.Equal((0, key + "\n"), await Bash.RunAsync(blocks["curl-key"] + "\nprintenv FLAGS_API_KEY", null, typed: key + "\n"));
        Assert.Equal((0, "on\n"), await Bash.RunAsync(blocks["curl-check"], key));
        (int code, string answer) = await Bash.RunAsync(blocks["curl-why"], key);
        Assert.True(code == 0, answer);
        Assert.True(JsonDocument.Parse(answer).RootElement.GetProperty("enabled").GetBoolean());
        Bash.Script(folder, "job.sh", "echo the job ran");
        (code, answer) = await Bash.RunAsync(blocks["curl-run"], key, folder);
        Assert.Equal((0, "the job ran\n"), (code, answer));
        Assert.Equal("left", await admin.Server.SqlAsync<string>("select l.ended_how from flags.leases l join flags.features f on f.id = l.feature_id where f.name = 'help_curl'"));

        Assert.Equal((0, ""), await Bash.RunAsync(blocks["curl-off"], key));
        Assert.Equal(FeatureState.Off, (await admin.Server.GatesAsync("help_curl")).State);
        Assert.Equal((22, ""), await Bash.RunAsync(blocks["curl-check"], key));
        Assert.Equal((0, ""), await Bash.RunAsync(blocks["curl-on"], key));
        Assert.True((await admin.Server.GatesAsync("help_curl")).Boolean);
        Assert.Equal("the provider is down", await admin.Server.SqlAsync<string>("select reason from flags.audit where target = 'help_curl' and what = 'feature.disable'"));
        Goal.Record(13, "curl blocks of Help, run as printed", $"{blocks.Count} of {blocks.Count}", "all", true);
    }

    [Fact]
    public async Task Blocks_for_a_pipeline_hold_drain_deploy_and_release()
    {
        await CreateAsync("help_pipeline");
        string key = (await admin.Server.MintAsync("evaluate read hold")).Key;
        IReadOnlyDictionary<string, string> blocks = await BlocksAsync("pipeline", "help_pipeline");
        Assert.Equal(["pipeline-deploy", "pipeline-empty"], blocks.Keys);
        string check = (await BlocksAsync("curl", "help_pipeline"))["curl-check"];
        Bash.Script(folder, "deploy.sh", $"{check} || echo deployed while held; exit 3");
        (int code, string output) = await Bash.RunAsync(blocks["pipeline-deploy"], key, folder);
        Assert.Equal((3, "deployed while held\n"), (code, output));
        Assert.Equal("released", await admin.Server.SqlAsync<string>("select ended_how from flags.holds where reason = 'release 42' and caller_name = 'test evaluate read hold'"));
        Assert.Equal((0, "on\n"), await Bash.RunAsync(check, key));
        Assert.Equal((0, ""), await Bash.RunAsync(blocks["pipeline-empty"], key));
        Goal.Record(13, "pipeline blocks of Help, run as printed", $"{blocks.Count} of {blocks.Count}", "all", true);
    }

    [Fact]
    public async Task Blocks_of_CSharp_compile_and_do_what_they_say()
    {
        await CreateAsync("help_csharp");
        string key = (await admin.Server.MintAsync("evaluate lease")).Key;
        IReadOnlyDictionary<string, string> blocks = await BlocksAsync("csharp", "help_csharp");
        Assert.Equal(["csharp-check", "csharp-add", "csharp-run"], blocks.Keys);
        await using CSharpProgram check = CSharpProgram.Start(blocks["csharp-check"], key), run = CSharpProgram.Start(blocks["csharp-run"], key), web = CSharpProgram.Start(blocks["csharp-add"], key, "--urls", "http://127.0.0.1:0");
        Assert.Equal((0, "on\n"), await check.EndAsync());
        (int code, string output) = await run.EndAsync();
        Assert.True(code == 0, output);
        Assert.Contains("The job runs.", output, StringComparison.Ordinal);
        using var client = new HttpClient();
        string own = await web.ListensAsync();
        await Eventually.TrueAsync(async () => await client.GetStringAsync(own) == "on", "the web app answers with the feature");
        Goal.Record(13, "C# blocks of Help, run as printed", $"{blocks.Count} of {blocks.Count}", "all", true);
    }

    [Fact]
    public async Task Blocks_of_the_command_line_do_what_they_say()
    {
        await CreateAsync("help_cli");
        string key = (await admin.Server.MintAsync("evaluate read lease hold")).Key;
        IReadOnlyDictionary<string, string> blocks = await BlocksAsync("cli", "help_cli");
        Assert.Equal(["cli-login", "cli-env", "cli-run", "cli-deploy", "cli-check"], blocks.Keys);
        string bin = Directory.CreateDirectory(Path.Combine(folder, "bin")).FullName;
        Bash.Script(bin, "flags", $"exec dotnet exec --runtimeconfig '{Own}.runtimeconfig.json' --depsfile '{Own}.deps.json' '{FlagsProgram}' \"$@\"");
        string start = $"export FLAGS_TIMEOUT=60s XDG_CONFIG_HOME='{folder}' PATH='{bin}':$PATH; unset FLAGS_URL FLAGS_API_KEY\n";
        Task<(int, string)> Run(string id, string typed = "", string then = "") => Bash.RunAsync(start + blocks[id] + then, null, folder, typed);

        (int code, string output) = await Run("cli-login", key + "\n");
        Assert.True(code == 0, output);
        Assert.DoesNotContain(key, output, StringComparison.Ordinal);
        // Wherever that login is not, the environment is enough.
        (code, output) = await Run("cli-env", key + "\n", "\nXDG_CONFIG_HOME=/nonexistent flags check help_cli");
        Assert.True(code == 0, output);

        Assert.Equal((0, "on\n"), await Run("cli-check"));
        Bash.Script(folder, "job.sh", "echo the job ran");
        (code, output) = await Run("cli-run");
        Assert.True(code == 0, output);
        Assert.Contains("the job ran\n", output, StringComparison.Ordinal);
        Assert.Equal("left", await admin.Server.SqlAsync<string>("select l.ended_how from flags.leases l join flags.features f on f.id = l.feature_id where f.name = 'help_cli'"));
        Bash.Script(folder, "deploy.sh", "flags check help_cli || echo deployed while held; exit 3");
        (code, output) = await Run("cli-deploy");
        Assert.True(code == 3, output);
        Assert.Contains("deployed while held\n", output, StringComparison.Ordinal);
        Assert.Equal("released", await admin.Server.SqlAsync<string>("select h.ended_how from flags.holds h join flags.hold_features t on t.hold_id = h.id join flags.features f on f.id = t.feature_id where f.name = 'help_cli'"));
        Assert.Equal((0, "on\n"), await Run("cli-check"));
        Goal.Record(13, "flags blocks of Help, run as printed", $"{blocks.Count} of {blocks.Count}", "all", true);
    }

    [Theory]
    [InlineData("it's $(touch pwned) `touch pwned` \"quoted\"; touch pwned #")]
    [InlineData("-o pwned")]
    [InlineData("a/b?c#d%20é\\n{1}")]
    public async Task A_feature_of_any_name_is_only_ever_a_name(string name)
    {
        await CreateAsync(name);
        string key = (await admin.Server.MintAsync("evaluate read lease hold")).Key;
        IReadOnlyDictionary<string, string> curl = await BlocksAsync("curl", name), pipeline = await BlocksAsync("pipeline", name);
        Bash.Script(folder, "job.sh", "echo ran");
        Bash.Script(folder, "deploy.sh", "echo deployed");
        Assert.Equal((0, "on\n"), await Bash.RunAsync(curl["curl-check"], key, folder));
        Assert.Equal((0, "ran\n"), await Bash.RunAsync(curl["curl-run"], key, folder));
        Assert.Equal((0, "deployed\n"), await Bash.RunAsync(pipeline["pipeline-deploy"], key, folder));
        await using CSharpProgram check = CSharpProgram.Start((await BlocksAsync("csharp", name))["csharp-check"], key);
        Assert.Equal((0, "on\n"), await check.EndAsync());
        (int code, string words) = await Bash.RunAsync($"flags() {{ printf '%s|' \"$@\"; }}\n{(await BlocksAsync("cli", name))["cli-check"]}", key, folder);
        Assert.Equal((0, $"check|{name}|"), (code, words));
        Assert.Equal(["deploy.sh", "job.sh"], Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)!).Order());
    }

    [Fact]
    public async Task The_same_question_of_a_features_page_has_the_pages_answer()
    {
        Assert.True(Expression.TryParse("""{"All":[{"Equal":[{"Property":["plan"]},"it's \"pro\""]},{"GreaterThanOrEqualTo":[{"Property":["age"]},21]}]}""", ExpressionRules.Strict, out Expression? rule, out _));
        await admin.Server.CreateAsync("help_same", new Gates { Expression = rule });
        string key = (await admin.Server.MintAsync("evaluate")).Key;
        using PageClient client = await admin.SignInAsync();
        foreach ((int age, bool on) in new[] { (20, false), (21, true) })
        {
            PageAnswer page = await client.GetAsync($"/admin/features/help_same?actor=O%27Neill&properties={Uri.EscapeDataString($"plan=it's \"pro\"; age={age}")}");
            string[] blocks = [.. page.Document.QuerySelectorAll(".tabs code").Select(c => c.TextContent)];
            Assert.StartsWith(on ? "Yes" : "No", page.Words("#verdict"), StringComparison.Ordinal);
            (int code, string answer) = await Bash.RunAsync(blocks[0], key);
            Assert.True(code == 0, answer);
            Assert.Equal(on, JsonDocument.Parse(answer).RootElement.GetProperty("enabled").GetBoolean());
            await using CSharpProgram program = CSharpProgram.Start(blocks[2], key);
            Assert.Equal((0, on ? "on\n" : "off\n"), await program.EndAsync());
        }
    }

    [Fact]
    public async Task The_first_steps_of_a_new_key_work_with_that_key()
    {
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync("/admin/new-key?preset=read");
        PageAnswer made = await client.SubmitAsync(page.Form("main form"), null, ("name", "help_first_steps"));
        string[] blocks = [.. made.Document.QuerySelectorAll(".tabs code").Select(c => c.TextContent)];
        Assert.Equal((0, "on\n"), await Bash.RunAsync(blocks[0], null));
        string key = made.Document.QuerySelector("#code-secret")!.TextContent;
        await using CSharpProgram program = CSharpProgram.Start(blocks[2], key);
        Assert.Equal((0, "on\n"), await program.EndAsync());
    }

    [Fact]
    public async Task The_command_below_the_audit_gives_the_same_list()
    {
        // A feature of its own: other tests write meanwhile.
        await CreateAsync("help_audit");
        await admin.Server.Store.DisableAsync(ServerSteps.Key, "help_audit", WriteOptions.None, CancellationToken.None);
        string key = (await admin.Server.MintAsync("read")).Key;
        using PageClient client = await admin.SignInAsync();
        PageAnswer page = await client.GetAsync($"/admin/audit?who=ci-2&what=feature&feature=help_audit&from=2020-01-01&to={DateTimeOffset.MaxValue:yyyy-MM-dd}");
        (int code, string answer) = await Bash.RunAsync(page.Document.QuerySelector("#code-audit")!.TextContent, key);
        Assert.True(code == 0, answer);
        Assert.Equal(2, page.Document.QuerySelectorAll("#rows tr").Length);
        AuditList list = JsonSerializer.Deserialize(answer, FlagsJson.Default.AuditList)!;
        Assert.Equal(page.Document.QuerySelectorAll("#rows tr").Select(r => r.Id), list.Audit.Select(a => $"a-{a.Id}"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<Feature> CreateAsync(string name) => admin.Server.CreateAsync(name, null, new CreateFeature { Name = name, Enabled = true });

    private async Task<IReadOnlyDictionary<string, string>> BlocksAsync(string tab, string feature)
    {
        using PageClient client = await admin.SignInAsync("vera");
        PageAnswer page = await client.GetAsync($"/admin/help?for={tab}&feature={Uri.EscapeDataString(feature)}");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        // In the order of the page; what is copied is what is shown.
        Assert.All(page.Document.QuerySelectorAll(".code"), code => Assert.Equal(code.QuerySelector("code")!.TextContent, code.QuerySelector("button")!.GetAttribute("data-copy")));
        return page.Document.QuerySelectorAll("#blocks .card").ToDictionary(card => card.Id!, card => card.QuerySelector("code")!.TextContent);
    }
}
