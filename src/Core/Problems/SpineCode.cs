namespace Nems.Core.Problems;

/// <summary>
/// A code of <c>Spine-ErrorOrWarningCode-1</c> with its display, HTTP status, severity and FHIR issue type (NEMS
/// specification, table of OperationOutcome codes). <see cref="Order"/> ranks the kinds of fault: the answer's status is
/// that of the first problem in the order header, access, media type, size, parse, code, resource.
/// </summary>
public sealed class SpineCode
{
    /// <summary>The code system of all codes.</summary>
    public const string System = "https://fhir.nhs.uk/STU3/CodeSystem/Spine-ErrorOrWarningCode-1";

    public static readonly SpineCode MissingOrInvalidHeader = new("MISSING_OR_INVALID_HEADER", "There is a required header missing or invalid", 400, "error", "invalid", 0);
    public static readonly SpineCode InvalidToken = new("MISSING_OR_INVALID_HEADER", "There is a required header missing or invalid", 400, "error", "structure", 0);
    public static readonly SpineCode AuthorCredentialsError = new("AUTHOR_CREDENTIALS_ERROR", "Author credentials error", 401, "fatal", "forbidden", 0);
    public static readonly SpineCode AsidCheckFailed = new("ASID_CHECK_FAILED", "The sender or receiver's ASID is not authorised for this interaction", 403, "error", "forbidden", 1);
    public static readonly SpineCode AccessDenied = new("ACCESS_DENIED", "Access has been denied to process this request", 403, "error", "forbidden", 1);
    public static readonly SpineCode OrganisationNotFound = new("ORGANISATION_NOT_FOUND", "Organisation not found", 404, "error", "not-found", 1);
    public static readonly SpineCode NoRecordFound = new("NO_RECORD_FOUND", "No record found", 404, "error", "not-found", 1);
    public static readonly SpineCode ClientMayNotAssignId = new("MSG_RESOURCE_ID_FAIL", "Client is not permitted to assign an id", 405, "error", "forbidden", 5);
    public static readonly SpineCode UnsupportedMediaType = new("UNSUPPORTED_MEDIA_TYPE", "Unsupported media type", 415, "error", "not-supported", 2);
    public static readonly SpineCode NotAcceptable = new("UNSUPPORTED_MEDIA_TYPE", "Unsupported media type", 406, "error", "not-supported", 2);
    public static readonly SpineCode TooLarge = new("BAD_REQUEST", "Bad request", 413, "error", "too-long", 3);
    public static readonly SpineCode BadRequest = new("BAD_REQUEST", "Bad request", 400, "error", "invalid", 4);
    public static readonly SpineCode MessageNotWellFormed = new("MESSAGE_NOT_WELL_FORMED", "Message not well formed", 400, "error", "structure", 4);
    public static readonly SpineCode InvalidNhsNumber = new("INVALID_NHS_NUMBER", "Invalid NHS number", 400, "error", "value", 5);
    public static readonly SpineCode InvalidIdentifierSystem = new("INVALID_IDENTIFIER_SYSTEM", "Invalid identifier system", 400, "error", "value", 5);
    public static readonly SpineCode InvalidIdentifierValue = new("INVALID_IDENTIFIER_VALUE", "Invalid identifier value", 400, "error", "value", 5);
    public static readonly SpineCode InvalidCodeSystem = new("INVALID_CODE_SYSTEM", "Invalid code system", 400, "error", "code-invalid", 5);
    public static readonly SpineCode InvalidCodeValue = new("INVALID_CODE_VALUE", "Invalid code value", 400, "error", "code-invalid", 5);
    public static readonly SpineCode InvalidElement = new("INVALID_ELEMENT", "Invalid element", 400, "error", "value", 5);
    public static readonly SpineCode Withdrawn = new("WITHDRAWN", "Event message type has been withdrawn", 400, "error", "invalid", 5);
    public static readonly SpineCode WithdrawnForSubscription = new("WITHDRAWN", "Event message type has been withdrawn", 422, "fatal", "not-supported", 6);
    public static readonly SpineCode NoLongerSupportedForSubscription = new("NO_LONGER_SUPPORTED", "Event message type is no longer supported", 422, "fatal", "not-supported", 6);
    public static readonly SpineCode InvalidResource = new("INVALID_RESOURCE", "Invalid validation of resource", 422, "error", "invalid", 6);
    public static readonly SpineCode InvalidParameter = new("INVALID_PARAMETER", "Invalid parameter", 422, "error", "invalid", 6);
    public static readonly SpineCode ReferenceNotFound = new("REFERENCE_NOT_FOUND", "Reference not found", 422, "error", "invalid", 6);
    public static readonly SpineCode DuplicateRejected = new("DUPLICATE_REJECTED", "Create would lead to creation of a duplicate resource", 422, "error", "duplicate", 6);

    /// <summary>An <c>Idempotency-Key</c> that came before with another body (design decision 3.1).</summary>
    public static readonly SpineCode IdempotencyKeyReused = new("BAD_REQUEST", "Bad request", 422, "error", "invalid", 6);
    public static readonly SpineCode NotImplemented = new("NOT_IMPLEMENTED", "Not implemented", 501, "error", "not-supported", 0);
    public static readonly SpineCode TryAgainLater = new("INTERNAL_SERVER_ERROR", "Unexpected internal server error", 503, "error", "transient", 7);
    public static readonly SpineCode InternalServerError = new("INTERNAL_SERVER_ERROR", "Unexpected internal server error", 500, "error", "processing", 8);

    /// <summary>Goes with a 201 or 202 and refuses nothing.</summary>
    public static readonly SpineCode Deprecated = new("DEPRECATED", "Event message type has been deprecated", 202, "information", "informational", 9);

    /// <summary>Goes with a 202 and refuses nothing.</summary>
    public static readonly SpineCode NoLongerSupported = new("NO_LONGER_SUPPORTED", "Event message type is no longer supported", 202, "information", "informational", 9);

    private SpineCode(string code, string display, int status, string severity, string issueType, int order)
    {
        Code = code;
        Display = display;
        Status = status;
        Severity = severity;
        IssueType = issueType;
        Order = order;
    }

    public string Code { get; }

    public string Display { get; }

    /// <summary>The HTTP status of an answer whose first problem has this code.</summary>
    public int Status { get; }

    /// <summary>A code of the FHIR value set issue-severity.</summary>
    public string Severity { get; }

    /// <summary>A code of the FHIR value set issue-type.</summary>
    public string IssueType { get; }

    /// <summary>The rank of this kind of fault; lower decides the status.</summary>
    public int Order { get; }

    public override string ToString() => Code;
}
