namespace Flags.Core;

/// <summary>The features whose expressions are being evaluated, the innermost last, and where each of them is.</summary>
internal sealed class FeatureStack
{
    // Above this many features inside one another a set finds circles faster than a walk.
    private const int Walked = 16;

    private Frame[] _frames = new Frame[4];
    private HashSet<string>? _names;

    public int Depth { get; private set; }

    public int Capacity => _frames.Length;

    public ref Frame Innermost => ref _frames[Depth - 1];

    public void Push(CompiledFeature feature, int bottom)
    {
        if (Depth == _frames.Length)
            Array.Resize(ref _frames, Depth * 2);
        _frames[Depth++] = new Frame(feature, bottom);
        if (Depth == Walked)
            _names = new(_frames[..Depth].Select(frame => frame.Feature.Name), StringComparer.Ordinal);
        else
            _names?.Add(feature.Name);
    }

    public Frame Pop()
    {
        var frame = _frames[--Depth];
        _frames[Depth] = default;
        _names?.Remove(frame.Feature.Name);
        if (Depth < Walked)
            _names = null;
        return frame;
    }

    public bool Contains(string name)
    {
        if (_names is not null)
            return _names.Contains(name);
        for (var i = 0; i < Depth; i++)
        {
            if (_frames[i].Feature.Name == name)
                return true;
        }
        return false;
    }

    /// <summary>A feature, the height of the values when it was entered, and its next step.</summary>
    public struct Frame(CompiledFeature feature, int bottom)
    {
        public readonly CompiledFeature Feature = feature;
        public readonly Step[] Steps = feature.Steps!.Items;
        public readonly int Bottom = bottom;
        public int Next;
    }
}
