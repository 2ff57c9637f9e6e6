using System.Collections.Concurrent;
using System.Globalization;
using WireMock;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;
using WireMock.Types;
using WireMock.Util;

namespace Nems.Pds.Tests.Kit;

/// <summary>What the fake answers.</summary>
internal sealed record Reply(int Status, string Body = "", string? Header = null, string? Value = null)
{
    public static readonly Reply NotFound = new(404, Outcome("RESOURCE_NOT_FOUND"));

    public static string Outcome(string code) =>
        $$$"""{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"structure","details":{"coding":[{"system":"https://fhir.nhs.uk/R4/CodeSystem/Spine-ErrorOrWarningCode","version":"1","code":"{{{code}}}"}]}}]}""";
}

/// <summary>Plays PDS and its authorisation server on loopback; keeps what it was asked.</summary>
internal sealed class FakePds : IDisposable
{
    private readonly WireMockServer server = WireMockServer.Start();

    public FakePds()
    {
        Play("/oauth2/token", TokenCalls, (call, request) => OnToken(call, request));
        Play("/FHIR/R4/Patient/*", PatientCalls, (call, request) => OnPatient(call, request));
        Play("/elsewhere/*", Strays, (_, _) => Task.FromResult(new Reply(200, APatient.Of("9990000018"))));
    }

    public string BaseUrl => server.Url + "/FHIR/R4/";

    public string TokenUrl => server.Url + "/oauth2/token";

    public string Elsewhere => server.Url + "/elsewhere/Patient";

    public ConcurrentQueue<IRequestMessage> TokenCalls { get; } = [];

    public ConcurrentQueue<IRequestMessage> PatientCalls { get; } = [];

    /// <summary>Where nothing should go.</summary>
    public ConcurrentQueue<IRequestMessage> Strays { get; } = [];

    /// <summary>By the number of the call, from 1. By default token-1, token-2 and so on, good for ten minutes.</summary>
    public Func<int, IRequestMessage, Task<Reply>> OnToken { get; set; } = (call, _) => Task.FromResult(Token(call));

    /// <summary>By the number of the call, from 1. By default the patient that was asked for.</summary>
    public Func<int, IRequestMessage, Task<Reply>> OnPatient { get; set; } = (_, request) => Task.FromResult(new Reply(200, APatient.Of(NumberIn(request))));

    public static Reply Token(int call, string expiresIn = "\"599\"") =>
        new(200, string.Create(CultureInfo.InvariantCulture, $$"""{"access_token":"token-{{call}}","expires_in":{{expiresIn}},"token_type":"Bearer","issued_at":"1772442000000"}"""));

    public static string NumberIn(IRequestMessage request) => request.Path.Split('/')[^1];

    /// <summary>Answers of PDS in turn; the last goes on.</summary>
    public void Answers(params Reply[] replies) => OnPatient = (call, _) => Task.FromResult(replies[Math.Min(call, replies.Length) - 1]);

    public void Dispose() => server.Dispose();

    private void Play(string path, ConcurrentQueue<IRequestMessage> calls, Func<int, IRequestMessage, Task<Reply>> answer) =>
        server.Given(Request.Create().WithPath(path)).RespondWith(Response.Create().WithCallback(async request =>
        {
            int number;
            lock (calls)
            {
                calls.Enqueue(request);
                number = calls.Count;
            }

            var reply = await answer(number, request);
            return (IResponseMessage)new ResponseMessage
            {
                StatusCode = reply.Status,
                Headers = reply.Header is null
                    ? new Dictionary<string, WireMockList<string>>()
                    : new Dictionary<string, WireMockList<string>> { [reply.Header] = new(reply.Value!) },
                BodyData = new BodyData { DetectedBodyType = BodyType.String, BodyAsString = reply.Body, Encoding = System.Text.Encoding.UTF8 },
            };
        }));
}
