using System.Globalization;

namespace SpecExecNative.Engine;

/// <summary>An option has a value that makes no sense. The parts of the message are at hand for callers that name options in their own way.</summary>
/// <param name="option">The property, e.g. <c>Temperature</c>.</param>
/// <param name="value">What it was set to.</param>
/// <param name="requirement">What completes "must be", e.g. <c>from 0 to 1000</c>.</param>
public sealed class OptionException(string option, object value, string requirement)
    : ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{option} must be {requirement}, not {Shown(value)}."))
{
    /// <summary>Name of the property.</summary>
    public string Option { get; } = option;

    /// <summary>What it was set to.</summary>
    public object Value { get; } = value;

    /// <summary>What completes "must be".</summary>
    public string Requirement { get; } = requirement;

    /// <exception cref="OptionException">The condition does not hold.</exception>
    internal static void ThrowUnless(bool condition, string option, object value, string requirement)
    {
        if (!condition)
        {
            throw new OptionException(option, value, requirement);
        }
    }

    /// <summary>An empty text would not be seen without its quotes.</summary>
    private static object Shown(object value) => value is string text ? $"\"{text}\"" : value;
}
