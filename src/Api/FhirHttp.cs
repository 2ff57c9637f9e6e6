using System.Buffers;
using System.Globalization;
using Nems.Core.Events;
using Nems.Core.Fhir;
using Nems.Core.Problems;

namespace Nems.Api;

/// <summary>FHIR over HTTP: what a request holds and wants, its body within the limit, and problems as an OperationOutcome.</summary>
internal static class FhirHttp
{
    /// <summary>The largest body: 3 MB, as the NEMS specification counts them.</summary>
    internal const int MaxBody = 3 * 1024 * 1024;

    private const int FirstRead = 64 * 1024;

    /// <summary>
    /// What the body is and in which syntax to answer. The body's form is null where the request cannot be read; then there is a
    /// problem. The answer's syntax always has a value.
    /// </summary>
    internal static (FhirForm? Body, FhirFormat Answer, IReadOnlyList<Problem> Problems) Negotiate(HttpRequest request, FhirRelease release, bool jsonAllowed)
    {
        List<Problem> problems = [];
        var encoding = request.Headers.ContentEncoding;
        if (encoding.Count > 0 && !encoding.All(value => string.IsNullOrWhiteSpace(value) || value.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase)))
            problems.Add(new Problem(SpineCode.UnsupportedMediaType, "Content-Encoding must be identity: compressed bodies are not read."));

        var format = FhirMediaTypes.OfBody(request.ContentType, release, jsonAllowed, problems);
        var answer = FhirMediaTypes.OfAnswer(request.Headers.Accept!, format, release, jsonAllowed, problems);
        return (format is null ? null : new FhirForm(release, format.Value), answer, problems);
    }

    /// <summary>For calls without a body: the syntax of the answer alone.</summary>
    internal static FhirFormat NegotiateAnswer(HttpRequest request, FhirRelease release, List<Problem> problems) =>
        FhirMediaTypes.OfAnswer(request.Headers.Accept!, null, release, jsonAllowed: true, problems);

    /// <summary>
    /// The whole body, or a problem where it is over the limit. Never holds more than the limit; where the length is announced, the
    /// array has exactly that size and a length over the limit is refused unread.
    /// </summary>
    internal static async ValueTask<(ReadOnlyMemory<byte> Body, Problem? Problem)> ReadBodyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength is not { } length) return await ReadUnannouncedAsync(request, cancel);
        if (length > MaxBody) return (default, TooLarge());
        if (length == 0) return (default, null);

        var body = GC.AllocateUninitializedArray<byte>((int)length);
        var read = await request.Body.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancel);
        return read == body.Length
            ? (body, null)
            : (default, new Problem(SpineCode.BadRequest, "The body is shorter than its announced length."));
    }

    /// <summary>Answers with the problems, at the status that they call for.</summary>
    internal static Task WriteProblemsAsync(
        HttpContext context, FhirRelease release, FhirFormat format, IReadOnlyList<Problem> problems, CancellationToken cancel) =>
        WriteOutcomeAsync(context, Problem.StatusOf(problems), release, format, problems, cancel);

    /// <summary>Answers with the problems at a status of the caller's choice: for warnings beside a success.</summary>
    internal static Task WriteOutcomeAsync(
        HttpContext context, int status, FhirRelease release, FhirFormat format, IReadOnlyList<Problem> problems, CancellationToken cancel)
    {
        var outcome = OutcomeWriter.Write(problems, new FhirForm(release, format), Guid.NewGuid());
        if (status == StatusCodes.Status401Unauthorized) context.Response.Headers.WWWAuthenticate = "Bearer";
        return WriteAsync(context, status, release, format, outcome, cancel);
    }

    /// <summary>Answers with a resource.</summary>
    internal static async Task WriteAsync(
        HttpContext context, int status, FhirRelease release, FhirFormat format, ReadOnlyMemory<byte> resource, CancellationToken cancel)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = FhirMediaTypes.NameFor(context.Request, release, format);
        context.Response.ContentLength = resource.Length;
        await context.Response.Body.WriteAsync(resource, cancel);
    }

    private static async ValueTask<(ReadOnlyMemory<byte> Body, Problem? Problem)> ReadUnannouncedAsync(HttpRequest request, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await request.Body.ReadAsync(buffer.AsMemory(filled, Math.Min(buffer.Length, MaxBody + 1) - filled), cancel);
                filled += read;
                if (filled > MaxBody) return (default, TooLarge());
                if (read == 0) return (buffer.AsSpan(0, filled).ToArray(), null);
                if (filled == buffer.Length) buffer = Grown(buffer);
            }
        }
        finally
        {
            // Cleared: it held a patient's record.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static byte[] Grown(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 4, MaxBody + 1));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return larger;
    }

    private static Problem TooLarge() =>
        new(SpineCode.TooLarge, string.Create(CultureInfo.InvariantCulture, $"The body is over {MaxBody} bytes."));
}
