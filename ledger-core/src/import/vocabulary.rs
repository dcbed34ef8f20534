//! The words themselves, split by bars: headers by the role of their column, and directions of money.
//!
//! Written from the layouts of many banks, in English, German, French, Dutch, Spanish, Italian, Portuguese, the
//! Nordic languages, Polish, Czech, Finnish, Hungarian, Turkish, Russian, Chinese and Japanese.

use super::words::Role;

/// Direction words.
pub(super) const OUT: &str = "debit|debet|dbit|dr|d|db|dt|soll|s|belastung|lastschrift|af|out|o|uit|addebito|cargo|支出|-|ausgabe|ausgang|\
     withdrawal|moneyout|debito|sortie|outgoing|outflow|expense|obciazenie|ut|출금|出金|расход|списание";
pub(super) const IN: &str = "credit|crdt|cr|c|cb|ct|haben|h|gutschrift|bij|in|i|accredito|abono|收入|ingreso|+|einnahme|eingang|deposit|\
     moneyin|credito|entree|incoming|inflow|income|uznanie|inn|입금|入金|приход|поступление|пополнение";
/// Directions of rows that leave the balance as it is.
pub(super) const NEUTRAL: &str = "neutral|不计收支|中性交易|memo";

/// Header words per role; the lines of one role stand in the order of their ranks.
pub(super) const WORDS: &[(Role, &str)] = &[
    (
        Role::Date,
        "booking date|bookingdate|booked at|posting date|post date|posted date|date posted|posted|posted on|\
         booked on|completed date|date completed|buchungstag|buchungsdatum|buchung|boekdatum|boekingsdatum|\
         date comptable|date de comptabilisation|fecha contable|f contable|data contabile|data registrazione|\
         data di contabilizzazione|记账日期|入账日期|入账时间|data ksiegowania|bokforingsdag|bokforingsdatum|\
         bokføringsdato|bogføringsdato|bogført|kirjauspaiva|datum zauctovani|konyveles datuma|data lancamento|\
         data do lancamento|data mov|data movimento",
    ),
    (
        Role::Date,
        "date|datum|fecha|data|date utc|dates|日期|dato|tarih|дата|日付|年月日|day|pvm|paivamaara|\
         datums|kuupaev|datum transakcije",
    ),
    (
        Role::Date,
        "transaction date|trans date|tran date|txn date|date of transaction|date de l operation|date operation|\
         date d operation|date de transaction|fecha operacion|f operacion|fecha de operacion|\
         fecha de la operacion|data operazione|data operacji|data transakcji|transactiedatum|umsatzdatum|\
         transaktionsdatum|transaktionsdato|kaufdatum|belegdatum|einkaufsdatum|交易时间|交易创建时间|交易日期|取引日|取引日付|\
         ご利用日|利用日|お取引日|дата операции|дата платежа|işlem tarihi|datum provedeni|purchase date|\
         data da transacao|data transacao",
    ),
    (
        Role::Date,
        "created|created on|created at|created date|timestamp|time|date created|付款时间|created utc|datetime|date time|started date",
    ),
    (
        Role::ValueDate,
        "value date|valuta|valutadatum|valuta date|valutadate|wertstellung|wertstellung valuta|wertstellungstag|\
         wertstellungsdatum|wert|rentedatum|date de valeur|date valeur|fecha valor|f valor|fecha de valor|\
         data valuta|value|valuedate|interest date|data valor|rentedato|valor dato|arvopaiva|data waluty",
    ),
    (Role::Amount, "net|netto|net amount|nettobetrag|importe neto|montant net|importo netto|netto betrag"),
    (
        Role::Amount,
        "amount|amt|betrag|bedrag|montant|importe|importo|monto|cantidad|betrag in|amount in|belopp|beløp|beløb|kwota|\
         castka|valor|montante|maara|osszeg|tutar|сумма|金額|金额|amount total|credit debit amount|\
         debit credit amount|summa|montant en|bedrag in|signed amount",
    ),
    (
        Role::Amount,
        "transaction amount|trans amount|billing amount|umsatz|umsatzbetrag|transaktionsbetrag|buchungsbetrag|\
         umsatz in|montant de l operation|montant de la transaction|transactiebedrag|importe de la operacion|\
         importe movimiento|importo operazione|交易金额|金额元|kwota operacji|kwota transakcji|kwota w walucie rachunku|\
         сумма операции|сумма платежа|ご利用金額|お取引金額|利用金額|total amount|total|summe|işlem tutarı|valor em|\
         local amount in account currency|objem",
    ),
    (
        Role::Debit,
        "debit|debits|debit amount|amount debit|withdrawal|withdrawals|withdrawal amount|withdrawal amt|withdrawn|\
         money out|paid out|soll|belastung|lastschrift|ausgabe|ausgaben|ausgang|debet|debito|debe|dare|addebito|\
         addebiti|uscite|cargo|cargos|af|uit|gastos|outflow|out|spent|paid|ut|ut fra konto|ut av konto|uttag|\
         obciazenia|obciazenie|wydatki|支出|支出金额|借方|借方金额|出金|お引出し|お支払金額|出金額|расход|borç|debits in|\
         取出金额|转出金额|支出額|お支払い金額|お引出金額|お引き出し金額|purchases|purchase amount|money spent|money sent|\
         auszahlung|auszahlungen|retrait|retraits|depense|depenses|debitos|saidas|expense|expenses|kiadas|otto",
    ),
    (
        Role::Credit,
        "credit|credits|credit amount|amount credit|deposit|deposits|deposit amount|deposit amt|deposited|money in|\
         paid in|haben|gutschrift|einnahme|einnahmen|eingang|avere|haber|credito|accredito|accrediti|entrate|\
         abono|abonos|bij|ingresos|inflow|in|received|inn|inn pa konto|insattning|uznania|uznanie|wpływy|收入|\
         收入金额|贷方|贷方金额|入金|お預入れ|入金額|приход|alacak|einzahlung|einzahlungen|versement|versements|recette|\
         存入金额|转入金额|お預り金額|お預かり金額|お預入金額|お預け入れ金額|收入額|money received|refunds|\
         recettes|creditos|entradas|income|lodgement|lodgements|bevetel|pano",
    ),
    (
        Role::Direction,
        "debit credit|credit debit|dr cr|cr dr|soll haben|haben soll|af bij|bij af|direction|debet credit|\
         credit debit indicator|debit credit indicator|debit or credit|credit or debit|credit debit flag|sens|收支|\
         sign|vorzeichen|richtung|segno|in out|+-|+ -|credit debit code|debet kredit",
    ),
    (Role::Direction, "transaction type|type|art|sh|cd|dc|code|kind|txn type|typ|tipo|收支类型"),
    (
        Role::Description,
        "description|desc|verwendungszweck|vwz|omschrijving|libelle|libelle de l operation|libelle operation|\
         concepto|descripcion|descrizione|descrizione operazione|causale|narrative|narration|\
         transaction description|notification text|bezeichnung|beschreibung|交易摘要|摘要|opis|opis operacji|tytuł|\
         tytuł operacji|popis|descricao|historico|beskrivelse|beskrivning|tekst|rubrik|forklaring|selitys|viesti|\
         kozlemeny|açıklama|описание|назначение платежа|内容|お取り扱い内容|ご利用店名|particulars|booking text",
    ),
    (
        Role::Description,
        "details|detail|detail de l ecriture|dettagli|detalle|text|bank description|buchungsdetails|\
         communication|mededelingen|mededeling|vrije mededeling|payment reference|name|商品|商品说明|\
         transaction details|remittance information|subject|betreff|message|observacion|movimiento|purpose",
    ),
    (Role::Description, "buchungstext|transaktionstyp|transaction type|type|transaction|operation|vorgang"),
    (
        Role::Payee,
        "payee|empfanger|empfaenger|auftraggeber empfanger|auftraggeber empfaenger|\
         auftraggeber begunstigter|auftraggeber beguenstigter|begunstigter zahlungspflichtiger|\
         beguenstigter zahlungspflichtiger|begunstigter auftraggeber|beguenstigter auftraggeber|begunstigter|\
         beguenstigter|zahlungsempfanger|zahlungsempfaenger|empfanger auftraggeber|name zahlungsbeteiligter|\
         zahlungsempfanger in|partner name|partnername|naam tegenpartij|naam tegenrekening|tegenpartij|\
         counterparty|counter party|counterparty name|beneficiaire|contrepartie|beneficiario|controparte|ordenante|\
         merchant|merchant name|merchantname|对手信息|交易对方|对方户名|对方名称|kontrahent|nadawca odbiorca|\
         dane kontrahenta|protistrana|nazev protiuctu|saaja maksaja|mottaker|modtager|mottagare|контрагент",
    ),
    (Role::Payee, "naam|nom|nombre|nome|naam omschrijving|vendor|haendler|handler"),
    (
        Role::Memo,
        "memo|note|notes|notiz|remark|remarks|bemerkung|additional description|commentaire|opmerking|\
         observaciones|customer note|备注|客户摘要|附言|notes and tags|comment|comments|notatka|nota|poznamka|комментарий",
    ),
    (
        Role::Reference,
        "transaction id|transactionid|fitid|transaction reference|transactiereferentie|bank reference|\
         buchungsreferenz|transaktions id|transaktionsnummer|id transaction|numero operation|numero de operacion|\
         id transazione|交易单号|交易订单号|交易流水号|流水号|numer transakcji|transaction no|transaction number|txn id",
    ),
    (Role::Reference, "id|volgnr|check number|checknumber|cheque number|check no|check or slip"),
    (
        Role::Currency,
        "currency|currency code|transaction currency|billing currency|iso currency code|ccy|wahrung|\
         waehrung|devise|divisa|moneda|munt|munteenheid|货币|币种|币别|valuutta|waluta|mena|moeda|valyuta|devizanem|\
         валюта|валюта операции|通貨|monnaie|monn|para birimi|account currency|curr|valuta code",
    ),
    (Role::Currency, "valuta"),
    (
        Role::Balance,
        "balance|running balance|running bal|account balance|balance after|saldo|saldo nach buchung|kontostand|\
         solde|saldo na trn|saldo na mutatie|saldo disponible|saldo contabile|联机余额|余额|账户余额|交易余额|\
         saldo po operacji|saldo po transakcji|zustatek|egyenleg|bakiye|остаток|残高|差引残高|saldo in|saldo efter|\
         bokfort saldo|saldo contabilistico|balance in|solde en|new balance|book balance",
    ),
    (
        Role::Balance,
        "saldo na transactie|balance amount|closing balance|available balance|remaining balance|ending balance",
    ),
    (
        Role::Fee,
        "fee|fees|fee amount|transaction fee|gebuhr|gebuehr|gebuhren|frais|kosten|comision|commission|\
         commissione|commissioni|手续费|服务费|prowizja|taxa|comissao|total fees",
    ),
    (
        Role::Account,
        "account|account number|account no|account nr|account id|account iban|own account|own iban|acct|acct no|\
         auftragskonto|iban auftragskonto|eigenes konto|eigene iban|iban bban|rekening|rekeningnummer|compte|\
         numero de compte|cuenta|numero de cuenta|konto nr|账号|本方账号|口座番号",
    ),
    (
        Role::Account,
        "account name|source account|kontobezeichnung|bezeichnung auftragskonto|nom du compte|rubrieknaam",
    ),
    // The other party's as often as the own: only its cells can tell.
    (Role::Account, "iban|konto|kontonummer|conto|numero conto"),
    (
        Role::State,
        "state|status|state type|statetype|transaction status|transaction state|buchungsstatus|umsatzstatus|statut|\
         estado|stato|situacao|stav|durum|статус|当前状态|交易状态|状态|booking status|pending|info",
    ),
];
