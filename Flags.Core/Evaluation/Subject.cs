namespace Flags.Core;

/// <summary>One actor, or an id without the object around it, or nobody.</summary>
internal readonly struct Subject
{
    public Subject(Actor actor)
    {
        Id = actor.Id;
        Actor = actor;
        Exists = true;
    }

    public Subject(string id)
    {
        Id = id;
        Exists = true;
    }

    public string? Id { get; }

    public Actor? Actor { get; }

    public bool Exists { get; }
}

/// <summary>Who is asked about, without copying or allocating: actors, one subject, or nobody.</summary>
internal readonly ref struct Subjects
{
    private readonly ReadOnlySpan<Actor> _actors;
    private readonly Subject _single;

    public Subjects(ReadOnlySpan<Actor> actors)
    {
        _actors = actors;
        Count = actors.Length;
    }

    public Subjects(in Subject single)
    {
        _single = single;
        Count = single.Exists ? 1 : 0;
    }

    public int Count { get; }

    public Subject this[int index] => _actors.IsEmpty ? _single : new(_actors[index]);

    public string? Id(int index) => _actors.IsEmpty ? _single.Id : _actors[index].Id;
}
