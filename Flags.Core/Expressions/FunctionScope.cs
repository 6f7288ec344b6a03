namespace Flags.Core;

/// <summary>What a function may look at besides its arguments: the feature whose expression it is in, who asks, and the host.</summary>
internal readonly record struct FunctionScope(CompiledFeature Feature, Subject Subject, EvaluationContext Context);
