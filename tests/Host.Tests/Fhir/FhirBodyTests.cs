using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Nems.Api;

namespace Nems.Host.Tests.Fhir;

public sealed class FhirBodyTests
{
    private const int Limit = 3_145_728;

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(100_000, true)]
    [InlineData(100_000, false)]
    [InlineData(Limit, true)]
    [InlineData(Limit, false)]
    public async Task A_body_up_to_the_limit_is_read_whole(int length, bool announced)
    {
        var sent = Bytes(length);

        var (body, problem) = await FhirHttp.ReadBodyAsync(Request(new Trickle(sent), announced ? length : null), TestContext.Current.CancellationToken);

        Assert.Null(problem);
        Assert.True(body.Span.SequenceEqual(sent));
    }

    [Fact]
    public async Task The_array_has_exactly_the_announced_size()
    {
        var (body, _) = await FhirHttp.ReadBodyAsync(Request(new Trickle(Bytes(1_000)), 1_000), TestContext.Current.CancellationToken);

        Assert.True(MemoryMarshal.TryGetArray(body, out var array));
        Assert.Equal(1_000, array.Array?.Length);
    }

    [Fact]
    public async Task An_announced_length_over_the_limit_is_413_and_nothing_is_read()
    {
        var stream = new Trickle(Bytes(10));

        var (body, problem) = await FhirHttp.ReadBodyAsync(Request(stream, Limit + 1L), TestContext.Current.CancellationToken);

        Assert.Equal(413, problem?.Code.Status);
        Assert.True(body.IsEmpty);
        Assert.Equal(0, stream.Position);
    }

    [Fact]
    public async Task A_body_without_length_is_cut_at_the_limit()
    {
        var stream = new Trickle(Bytes(2 * Limit));

        var (body, problem) = await FhirHttp.ReadBodyAsync(Request(stream, null), TestContext.Current.CancellationToken);

        Assert.Equal(413, problem?.Code.Status);
        Assert.True(body.IsEmpty);
        Assert.Equal(Limit + 1, stream.Position);
    }

    [Fact]
    public async Task A_body_shorter_than_announced_is_a_bad_request()
    {
        var (_, problem) = await FhirHttp.ReadBodyAsync(Request(new Trickle(Bytes(10)), 11), TestContext.Current.CancellationToken);

        Assert.Equal(400, problem?.Code.Status);
    }

    private static byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    private static HttpRequest Request(Stream body, long? length)
    {
        var request = new DefaultHttpContext().Request;
        request.Body = body;
        request.ContentLength = length;
        return request;
    }

    /// <summary>Gives at most 10,000 bytes at a time, as a network does.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 10_000)], cancellationToken);
    }
}
