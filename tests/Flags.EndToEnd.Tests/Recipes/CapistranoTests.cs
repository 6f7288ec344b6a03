namespace Flags.EndToEnd.Tests;

/// <summary>docs/recipes/flags.rake in a real Capistrano, whose deploy has no machine to go to.</summary>
[Collection(RunningSystem.JobsProcessing)]
public sealed class CapistranoTests(RunningSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData("puts 'published'", 0)]
    [InlineData("raise 'the release is broken'", 1)]
    public async Task A_deploy_holds_publishes_and_releases_also_when_it_fails(string publish, int code)
    {
        string folder = Directory.CreateDirectory(Path.Combine(system.Folder, "cap" + code)).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "config", "deploy"));
        await File.WriteAllTextAsync(Path.Combine(folder, "Capfile"), $"require 'capistrano/setup'\nrequire 'capistrano/deploy'\nload '{Path.Combine(Readme.Root, "docs", "recipes", "flags.rake")}'\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "config", "deploy.rb"), $$"""
            set :application, "shop"
            set :flags_drain, 20
            Rake::Task["deploy:publishing"].enhance do
              puts `curl -s #{ENV["FLAGS_URL"]}/api/v1/features/jobs_processing/check -H 'Authorization: Bearer {{RunningSystem.SetupKey}}'`
              {{publish}}
            end
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "config", "deploy", "production.rb"), "");

        await using RunningProcess cap = RunningProcess.Bash("exec cap production deploy", folder, system.Environment(await system.MintAsync("hold")));
        int exit = await cap.ExitAsync(Patience);

        Assert.True(exit == code, cap.Output);
        Assert.Contains("urn:flags:problem:held", cap.Output, StringComparison.Ordinal);
        Assert.Contains(code == 0 ? "published" : "the release is broken", cap.Output, StringComparison.Ordinal);
        using HttpClient admin = system.Admin();
        Assert.DoesNotContain("cap deploy of shop", await admin.GetStringAsync("/api/v1/holds?active=true"), StringComparison.Ordinal);
        Assert.Contains("cap deploy of shop", await admin.GetStringAsync("/api/v1/holds?active=false"), StringComparison.Ordinal);
    }
}
