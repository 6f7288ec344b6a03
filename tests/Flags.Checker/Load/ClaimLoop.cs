using System.Globalization;

namespace Flags.Checker;

/// <summary>How the claimers of a scene behave. Shares are of all claims that were won; times in milliseconds, lives in seconds.</summary>
public sealed record ClaimHabits
{
    public double LeastTtl { get; init; } = 0.1;

    public double MostTtl { get; init; } = 0.2;

    public double Keep { get; init; } = 0.6;

    public double MostWork { get; init; } = 5;

    /// <summary>Pause after a refusal.</summary>
    public double Pause { get; init; } = 2;

    /// <summary>Of all keys: claimed once, or never again while it is kept.</summary>
    public double Once { get; init; } = 0.2;

    /// <summary>Never complete.</summary>
    public double Dead { get; init; } = 0.2;

    /// <summary>Complete around the expiry, or long after it.</summary>
    public double Late { get; init; } = 0.2;

    /// <summary>Give it back.</summary>
    public double Abandon { get; init; } = 0.1;

    /// <summary>Renew once before they complete.</summary>
    public double Renew { get; init; } = 0.3;

    /// <summary>How long a key is everybody's.</summary>
    public double KeyLasts { get; init; } = 300;
}

/// <summary>One claim after the other; all claimers of a name want the same few keys at the same time.</summary>
public sealed class ClaimLoop(Client client, string name, ClaimHabits habits, Chance chance)
{
    private const int Keys = 3;

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            long turn = Clock.Now / (long)(habits.KeyLasts * Clock.Millisecond);
            long key = turn * Keys + (long)chance.Between(0, Keys);
            // The same for all who want the key.
            bool once = key % 100 < habits.Once * 100;
            var wish = new Wish($"{name}:{key}", chance.Id(), TimeSpan.FromSeconds(Math.Round(chance.Between(habits.LeastTtl, habits.MostTtl), 3)), TimeSpan.FromSeconds(habits.Keep), once);
            Event claim = await client.ClaimAsync(wish);
            for (int again = 0; claim.Unheard && again < 3 && !stop.IsCancellationRequested; again++)
                claim = await client.ClaimAsync(wish, again: true);
            if (claim.IsGrant)
                await WorkAsync(claim);
            else
                await Chance.Wait(chance.Between(0.5, 1.5) * habits.Pause);
        }
    }

    private async Task WorkAsync(Event claim)
    {
        double luck = chance.Between(0, 1);
        if ((luck -= habits.Dead) < 0)
            return;
        if ((luck -= habits.Abandon) < 0)
        {
            await client.AbandonAsync(claim);
            return;
        }

        await Chance.Wait((luck -= habits.Late) < 0 ? claim.ExpiresInSeconds * 1000 + chance.Between(-10, 100) : chance.Between(0, habits.MostWork));
        if (chance.Is(habits.Renew))
            await client.RenewClaimAsync(claim);
        await client.CompleteAsync(claim, claim.Token.ToString(CultureInfo.InvariantCulture));
    }
}
