namespace Flags.Core;

/// <summary>
/// Times in texts, as Flipper reads them. None of .NET's parsers does: they accept <c>06/15/2026</c> and <c>12:00</c>, and refuse
/// <c>2026-02-30</c> (2 March here) and <c>20260615T120000Z</c>.
/// </summary>
internal ref struct TimeText
{
    private static readonly string[] _weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    private static readonly string[] _months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private ReadOnlySpan<char> _rest;
    private int _year, _month, _day, _hour, _minute, _second, _nanoseconds, _offsetMinutes;

    private TimeText(ReadOnlySpan<char> text) => _rest = text.Trim(' ');

    /// <summary>
    /// Reads <c>2026-06-15</c>, <c>2026/6/15</c> or <c>20260615</c>, then perhaps a time and a zone, or <c>Mon, 15 Jun 2026 12:00:00 +0200</c>.
    /// Null for anything else. Without a zone it is UTC; day 31, 24:00:00 and second 60 run over.
    /// </summary>
    public static Instant? Parse(string text)
    {
        var numbers = new TimeText(text);
        if (numbers.ReadNumbers())
            return numbers.ToInstant();
        var mail = new TimeText(text);
        return mail.ReadMail() ? mail.ToInstant() : null;
    }

    private bool ReadNumbers()
    {
        if (!Number(4, 4, out _year))
            return false;
        var separator = Skip('-') ? '-' : Skip('/') ? '/' : '\0';
        var compact = separator == '\0';
        var date = compact
            ? Number(2, 2, out _month) && Number(2, 2, out _day)
            : Number(1, 2, out _month) && Skip(separator) && Number(1, 2, out _day);
        return date && ReadOptionalTime(compact) && ReadZone();
    }

    private bool ReadMail()
    {
        if (Name(_weekdays) != 0 && !(Skip(',') && Skip(' ')))
            return false;
        return Number(1, 2, out _day) && Skip(' ')
            && (_month = Name(_months)) != 0 && Skip(' ')
            && Number(4, 4, out _year) && Skip(' ')
            && ReadTime(compact: false) && ReadZone();
    }

    private bool ReadOptionalTime(bool compact)
    {
        // A space may also stand before a zone, and then no digit follows.
        if (_rest.Length < 2 || !char.IsAsciiDigit(_rest[1]) || _rest[0] is not ('T' or 't' or ' '))
            return true;
        _rest = _rest[1..];
        return ReadTime(compact);
    }

    private bool ReadTime(bool compact)
    {
        if (!Number(2, 2, out _hour) || !(compact || Skip(':')) || !Number(2, 2, out _minute))
            return false;
        var seconds = compact ? _rest is [>= '0' and <= '9', ..] : Skip(':');
        return !seconds || (Number(2, 2, out _second) && (!(Skip('.') || Skip(',')) || ReadFraction()));
    }

    private bool ReadFraction()
    {
        var digits = _rest.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : _rest.Length;
        for (var (i, unit) = (0, 100_000_000); i < digits; i++, unit /= 10)
            _nanoseconds += (_rest[i] - '0') * unit;
        _rest = _rest[digits..];
        return digits > 0;
    }

    private bool ReadZone()
    {
        if (_rest.IsEmpty)
            return true;
        Skip(' ');
        if (_rest is "Z" or "z" or "UTC" or "GMT")
            return true;
        var sign = Skip('+') ? 1 : Skip('-') ? -1 : 0;
        if (sign == 0 || !Number(2, 2, out var hours) || hours > 23)
            return false;
        var minutes = 0;
        if (!_rest.IsEmpty && !(_rest[0] == ':' ? Skip(':') && Number(2, 2, out minutes) : Number(2, 2, out minutes)))
            return false;
        _offsetMinutes = sign * ((hours * 60) + minutes);
        return _rest.IsEmpty && minutes < 60;
    }

    private readonly Instant? ToInstant()
    {
        var inRange = _month is >= 1 and <= 12 && _day is >= 1 and <= 31 && _minute < 60 && _second <= 60
            && (_hour < 24 || (_hour, _minute, _second, _nanoseconds) == (24, 0, 0, 0));
        if (!inRange)
            return null;
        var minutes = (((Instant.DaysSinceEpoch(_year, _month, _day) * 24) + _hour) * 60) + _minute - _offsetMinutes;
        return new Instant((minutes * 60) + _second, _nanoseconds);
    }

    private bool Skip(char expected)
    {
        if (_rest.IsEmpty || _rest[0] != expected)
            return false;
        _rest = _rest[1..];
        return true;
    }

    private bool Number(int min, int max, out int value)
    {
        var digits = 0;
        for (value = 0; digits < max && digits < _rest.Length && char.IsAsciiDigit(_rest[digits]); digits++)
            value = (value * 10) + _rest[digits] - '0';
        _rest = _rest[digits..];
        return digits >= min;
    }

    // One-based place of the name that comes next, 0 for none of them.
    private int Name(string[] names)
    {
        for (var i = 0; i < names.Length; i++)
        {
            if (_rest.StartsWith(names[i], StringComparison.Ordinal))
            {
                _rest = _rest[names[i].Length..];
                return i + 1;
            }
        }
        return 0;
    }
}
