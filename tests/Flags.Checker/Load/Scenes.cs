namespace Flags.Checker;

/// <summary>Loads, each on features of its own, each made to meet one kind of race.</summary>
public static class Scenes
{
    /// <summary>Jobs of 1 to 2 ms, deploys back to back.</summary>
    public static async Task FastAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("fast");
        stage.Jobs(feature, 6, new JobHabits { Repeat = 0.03, Write = 0.01 }, stop);
        stage.Deploys([feature], 1, new DeployHabits { Extend = 0.1, Revoke = 0.05 }, stop);
    }

    /// <summary>So many jobs that somebody is always entering.</summary>
    public static async Task CrowdAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("crowd");
        stage.Jobs(feature, 16, new JobHabits { LeastWork = 0, MostWork = 0, Pause = 5 }, stop);
        stage.Deploys([feature], 1, new DeployHabits { LeastPause = 50, MostPause = 100 }, stop);
    }

    /// <summary>Sub-jobs that enter while their parent leaves, on two features that are held together.</summary>
    public static async Task FamilyAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("family"), other = await stage.FeatureAsync("family-2");
        stage.Jobs(feature, 5, new JobHabits { Family = 0.8 }, stop);
        stage.Jobs(other, 1, new JobHabits(), stop);
        stage.Deploys([feature, other], 1, new DeployHabits { LeastPause = 10, MostPause = 25 }, stop);
    }

    /// <summary>Several deploys at once.</summary>
    public static async Task OverlapAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("overlap");
        stage.Jobs(feature, 3, new JobHabits(), stop);
        stage.Deploys([feature], 2, new DeployHabits { LeastStay = 20, MostStay = 80, LeastPause = 20, MostPause = 50 }, stop);
    }

    /// <summary>Short lives: dead and late jobs, dead and late deploys, calls that wait across expiries.</summary>
    public static async Task ExpiryAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("expiry");
        stage.Jobs(feature, 4, new JobHabits { LeastTtl = 0.15, MostTtl = 0.3, Dead = 0.04, Late = 0.12, Write = 0.12, Pause = 4 }, stop);
        stage.Deploys([feature], 2, new DeployHabits { LeastTtl = 0.15, MostTtl = 0.6, Poll = 4, Dead = 0.25, Late = 0.4, LeastPause = 10, MostPause = 40 }, stop);
        Slow(stage, feature, stop);
    }

    /// <summary>Extensions that wait across the expiry, behind jobs that wait too.</summary>
    public static async Task LateAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("late");
        stage.Jobs(feature, 4, new JobHabits { LeastTtl = 0.2, MostTtl = 0.3, Pause = 4 }, stop);
        stage.Deploys([feature], 1, new DeployHabits { LeastTtl = 0.1, MostTtl = 0.2, Poll = 4, Late = 1, LeastPause = 5, MostPause = 20 }, stop);
        Slow(stage, feature, stop);
    }

    /// <summary>A deploy that dies, and nobody else for a while.</summary>
    public static async Task DeadDeployAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("dead-deploy");
        stage.Jobs(feature, 1, new JobHabits { Pause = 10 }, stop);
        stage.Deploys([feature], 1, new DeployHabits { LeastTtl = 0.2, MostTtl = 0.3, Poll = 4, Dead = 1, LeastPause = 3_000, MostPause = 3_200 }, stop);
    }

    /// <summary>Jobs that die, and a patient deploy.</summary>
    public static async Task DeadJobAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("dead-job");
        stage.Jobs(feature, 2, new JobHabits { LeastTtl = 0.2, MostTtl = 0.3, Dead = 0.2, Pause = 10 }, stop);
        stage.Deploys([feature], 1, new DeployHabits { LeastTtl = 6, MostTtl = 6, Poll = 10, LeastPause = 200, MostPause = 300 }, stop);
    }

    /// <summary>Two slots, four jobs, some of which ask for a slot that is taken.</summary>
    public static async Task LimitedAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("limited", limit: 2);
        stage.Jobs(feature, 4, new JobHabits { LeastWork = 5, MostWork = 10, Pause = 3, Takeover = 0.2 }, stop);
        stage.Deploys([feature], 1, new DeployHabits { LeastPause = 60, MostPause = 120 }, stop);
    }

    /// <summary>One slot, short lives, holders that die while a successor waits.</summary>
    public static async Task SingletonAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("singleton", limit: 1);
        var habits = new JobHabits { LeastTtl = 0.1, MostTtl = 0.2, LeastWork = 3, MostWork = 10, Pause = 2, Dead = 0.3 };
        stage.Jobs(feature, 3, habits, stop);
        stage.Jobs(feature, 1, habits with { Takeover = 1, Pause = 10 }, stop, "successor");
    }

    /// <summary>Claims of the same few keys: claimers that die, come back late, give back.</summary>
    public static Task ClaimsAsync(Stage stage, CancellationToken stop)
    {
        for (int i = 0; i < 6; i++)
            stage.Add(new ClaimLoop(stage.ClientOf($"claimer {i}"), "message", new ClaimHabits(), stage.ChanceOf($"claimer {i}")).RunAsync, stop);
        return Task.CompletedTask;
    }

    /// <summary>Keys that last, and claimers half of which die.</summary>
    public static Task DeadClaimersAsync(Stage stage, CancellationToken stop)
    {
        for (int i = 0; i < 3; i++)
            stage.Add(new ClaimLoop(stage.ClientOf($"dead claimer {i}"), "job", new ClaimHabits { Dead = 0.5, Once = 0, Pause = 30, KeyLasts = 8_000 }, stage.ChanceOf($"dead claimer {i}")).RunAsync, stop);
        return Task.CompletedTask;
    }

    /// <summary>Heartbeats that overtake each other, and a deploy that tells their workers what to do.</summary>
    public static Task WorkersAsync(Stage stage, CancellationToken stop)
    {
        stage.Add(new WorkerLoop(stage.ClientOf, "mailer", stage.ChanceOf("mailer")).RunAsync, stop);
        return Task.CompletedTask;
    }

    /// <summary>A feature that is turned off and on.</summary>
    public static async Task TogglingAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("toggled");
        stage.Jobs(feature, 3, new JobHabits(), stop);
        stage.Add(new Toggling(stage.ClientOf("toggle"), feature, stage.ChanceOf("toggle")).RunAsync, stop);
    }

    /// <summary>Jobs that wait at doors of one replica; each stays open for longer than the net's second, so that everybody gets in. Many doors: their releases are all moments of the run.</summary>
    public static async Task WaitingAsync(Stage stage, CancellationToken stop)
    {
        for (int door = 0; door < 12; door++)
        {
            string feature = await stage.FeatureAsync($"awaited-{door}");
            stage.Jobs(feature, 1, new JobHabits { LeastWork = 20, MostWork = 60, Wait = TimeSpan.FromSeconds(3) }, stop);
            stage.Deploys([feature], 1, new DeployHabits { LeastStay = 20, MostStay = 60, LeastPause = 1_100, MostPause = 1_300, Wait = TimeSpan.FromSeconds(1) }, stop);
        }
    }

    /// <summary>Restores; the guard is of the whole database, so it plays alone.</summary>
    public static async Task RecoveryAsync(Stage stage, CancellationToken stop)
    {
        string feature = await stage.FeatureAsync("recovering");
        stage.Jobs(feature, 3, new JobHabits(), stop);
        stage.Deploys([feature], 1, new DeployHabits { LeastTtl = 0.5, MostTtl = 1, Poll = 5 }, stop);
        stage.Add(new Recovery(stage.ClientOf("recovery"), stage.ConnectionString, stage.ChanceOf("recovery")).RunAsync, stop);
    }

    private static void Slow(Stage stage, string feature, CancellationToken stop)
    {
        if (stage.Door is StoreDoor store)
            stage.Add(new SlowWriter(stage.ConnectionString, store.IdOf(feature), stage.ChanceOf($"slow writer {feature}")).RunAsync, stop);
    }
}
