using Flags.Core;

namespace Flags.Store;

/// <summary>What a lease may be. A message states the limit.</summary>
public static class LeaseRules
{
    /// <summary>Leases in one renewal.</summary>
    public const int MostRenewed = 1_000;

    private static readonly TimeSpan Default = TimeSpan.FromMinutes(1);

    /// <summary>The life of a lease that asks for none: 60 s, or the longest if that is less.</summary>
    public static TimeSpan Ttl(Duration? asked, TimeSpan longest) => asked?.Value ?? (Default < longest ? Default : longest);

    /// <summary>Why a job cannot enter like this; null when it can.</summary>
    public static Problem? Check(EnterFeature enter, ActorBody? actor, TimeSpan longest)
    {
        var errors = new List<FieldError>();
        HoldRules.Holder(errors, enter.Holder);
        FeatureRules.Text(errors, "actor", actor?.Id, Limits.ActorIdLength);
        if (errors.Count > 0)
            return Problems.Invalid("Correct the body and send it again.", errors);
        return HoldRules.Ttl("ttl", enter.Ttl, longest);
    }

    /// <summary>Why a batch cannot be renewed; null when it can.</summary>
    public static Problem? Check(RenewLeases renew, TimeSpan longest)
    {
        var errors = new List<FieldError>();
        if (renew.Leases.Count > MostRenewed)
            errors.Add(new("leases", $"are {renew.Leases.Count}; at most {MostRenewed} are allowed"));
        else if (renew.Leases.Any(lease => lease is null))
            errors.Add(new("leases", "must not have a null"));
        else if (renew.Leases.DistinctBy(lease => lease.Id).Count() < renew.Leases.Count)
            errors.Add(new("leases", "must not have an id twice"));
        return errors.Count > 0 ? Problems.Invalid("Renew them in smaller batches.", errors) : HoldRules.Ttl("ttl", renew.Ttl, longest);
    }
}
