#if MUTANTS
namespace Flags.Store;

/// <summary>Mechanisms that a test takes out to prove that it would notice; not compiled into a release.</summary>
[Flags]
internal enum Mutant
{
    None = 0,

    /// <summary>Feature writes take neither their slot nor the row.</summary>
    NoLock = 1,
}
#endif
